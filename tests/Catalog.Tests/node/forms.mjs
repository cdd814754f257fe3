// Answers questions about published forms, one line of JSON each: what Ajv says of some values, what
// react-jsonschema-form shows for them. Both as a browser would have it, with the settings that docs/catalog.md gives.
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import Form from "@rjsf/core";
import { customizeValidator } from "@rjsf/validator-ajv8";
import { GroupedFields } from "./grouped-fields.mjs";

const complaints = [];
console.warn = console.error = (...parts) => complaints.push(parts.map(String).join(" "));

// What docs/catalog.md says of a Form's properties.
const settings = { omitExtraData: true, liveOmit: true, experimental_defaultFormStateBehavior: { arrayMinItems: { populate: "requiredOnly" } } };
const formatOptions = { mode: "full", keywords: true };
const dataUrl = /^data:([a-z]+\/[a-z0-9-+.]+)?;(?:name=(.*);)?base64,(.*)$/;

function newAjv() {
  // Strict: a keyword or format that Ajv does not know is an error. Types may be left to a sibling schema.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true, multipleOfPrecision: 8 });
  addFormats(ajv, formatOptions);
  ajv.addFormat("data-url", dataUrl);
  return ajv;
}

function newValidator() {
  return customizeValidator({ AjvClass: Ajv2020, ajvFormatOptions: formatOptions });
}

const operations = {
  // Whether each of the values, given as JSON texts, is valid, to Ajv as to the form; for those that are not, why.
  check({ schema, values }) {
    const validate = newAjv().compile(schema);
    const validator = newValidator();
    return values.map((text) => {
      const errors = validate(JSON.parse(text)) ? [] : validate.errors.map((e) => `${e.instancePath} ${e.message}`);
      const inForm = validator.rawValidation(schema, JSON.parse(text)).errors ?? [];
      if ((errors.length === 0) !== (inForm.length === 0)) {
        throw new Error(`Ajv and the form's own validator disagree on ${text}: ${JSON.stringify([errors, inForm])}`);
      }

      return errors;
    });
  },

  // The same of patterns and texts.
  match({ patterns, texts }) {
    return patterns.map((pattern) => {
      let expression;
      try {
        expression = new RegExp(pattern, "u");
      } catch (error) {
        return null;
      }

      return texts.map((text) => expression.test(text));
    });
  },

  // The fields that are shown for some values, in their order; in their groups if that is asked for.
  render({ schema, ui, values, grouped }) {
    const templates = grouped ? { ObjectFieldTemplate: GroupedFields } : {};
    return renderToStaticMarkup(createElement(Form, { schema, uiSchema: ui, formData: values, validator: newValidator(), templates, ...settings }));
  },

  // The fields that are shown after each step of filling in, and what is sent in the end, or why nothing is.
  async fill({ schema, ui, steps }) {
    const { fill } = await import("./filling.mjs");
    return fill({ schema, uiSchema: ui, validator: newValidator(), settings, steps });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, ...question } = JSON.parse(line);
  complaints.length = 0;
  let answer;
  try {
    answer = { result: await operations[operation](question), complaints };
  } catch (error) {
    answer = { error: String(error.stack ?? error) };
  }

  process.stdout.write(JSON.stringify(answer) + "\n");
}

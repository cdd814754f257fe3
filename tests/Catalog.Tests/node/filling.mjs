// Fills in a form as a person does: react-jsonschema-form in a document, with the events that a browser makes.
import { Window } from "happy-dom";

const window = new Window({ url: "https://portal.example.com/" });
Object.assign(globalThis, {
  window, document: window.document, HTMLElement: window.HTMLElement, Element: window.Element, FileReader: window.FileReader,
  File: window.File, Blob: window.Blob, IS_REACT_ACT_ENVIRONMENT: true,
});
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true }); // newer Nodes have one of their own

// Only now, as both look for the document when they are loaded.
const { act, createElement } = await import("react");
const { createRoot } = await import("react-dom/client");
const { default: Form } = await import("@rjsf/core");

export async function fill({ schema, uiSchema, validator, settings, steps }) {
  const host = window.document.body.appendChild(window.document.createElement("div"));
  const root = createRoot(host);
  const sent = [];
  const onSubmit = ({ formData }) => sent.push(formData);
  const form = createElement(Form, { schema, uiSchema, validator, onSubmit, onError() {}, noHtml5Validate: true, ...settings });
  await act(async () => root.render(form));
  const shown = [fieldsIn(host, schema)];
  for (const [id, value] of steps) {
    await enter(host, id, value);
    shown.push(fieldsIn(host, schema));
  }

  await act(async () => host.querySelector("form").dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true })));
  const errors = [...host.querySelectorAll(".error-detail li, .panel-danger li")].map((line) => line.textContent);
  await act(async () => root.unmount());
  host.remove();
  return { shown, sent: sent[0] ?? null, errors: [...new Set(errors)] };
}

// The ids of all fields there can be, in the order in which they stand in the document.
function fieldsIn(host, schema) {
  const known = new Set(schema.propertyNames?.enum ?? Object.keys(schema.properties));
  const ids = [...host.querySelectorAll("[id^=root_]")].map((element) => element.id.slice("root_".length).replace(/(__.*|-\d+)$/, ""));
  return [...new Set(ids)].filter((id) => known.has(id));
}

async function enter(host, id, value) {
  const element = host.querySelector(`[id="root_${id}"]`);
  if (Array.isArray(value)) {
    await (element?.type === "checkbox" || host.querySelector(`[id="root_${id}-0"]`) ? tick(host, id, value) : list(host, id, value));
  } else if (element?.type === "file") {
    await attach(element, value);
  } else if (element?.type === "checkbox") {
    if (element.checked !== value) await act(async () => element.click());
  } else if (element?.tagName === "SELECT") {
    await choose(element, value);
  } else if (element) {
    await type(element, String(value));
  } else {
    throw new Error(`The form shows no '${id}'.`);
  }
}

async function type(element, text) {
  // React keeps track of what it has set itself: the setter below its own tells it that a person did.
  const prototype = element.tagName === "TEXTAREA" ? window.HTMLTextAreaElement.prototype : window.HTMLInputElement.prototype;
  await act(async () => {
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(element, text);
    element.dispatchEvent(new window.Event("input", { bubbles: true }));
  });
}

async function choose(select, value) {
  const option = [...select.options].find((one) => one.textContent === value);
  if (!option) throw new Error(`'${select.id}' does not offer '${value}'.`);
  await act(async () => {
    select.value = option.value;
    select.dispatchEvent(new window.Event("change", { bubbles: true }));
  });
}

async function tick(host, id, labels) {
  for (const box of host.querySelectorAll(`input[id^="root_${id}-"]`)) {
    const wanted = labels.includes(box.closest("label").textContent.trim());
    if (box.checked !== wanted) await act(async () => box.click());
  }
}

async function list(host, id, texts) {
  for (const [index, text] of texts.entries()) {
    if (!host.querySelector(`[id="root_${id}_${index}"]`)) {
      await act(async () => host.querySelector(`[id="root_${id}__add"]`).click());
    }

    await type(host.querySelector(`[id="root_${id}_${index}"]`), text);
  }
}

async function attach(input, { name, type: media, content }) {
  const file = new window.File([Buffer.from(content, "base64")], name, { type: media });
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  const read = new Promise((done) => {
    const original = window.FileReader.prototype.readAsDataURL;
    window.FileReader.prototype.readAsDataURL = function (...parts) {
      window.FileReader.prototype.readAsDataURL = original;
      this.addEventListener("load", () => done());
      return original.apply(this, parts);
    };
  });
  await act(async () => {
    input.dispatchEvent(new window.Event("change", { bubbles: true }));
    await read;
  });
}

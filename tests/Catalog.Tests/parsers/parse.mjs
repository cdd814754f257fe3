// Reads {"kind", "texts"} from the standard input and writes, for each text, {"value"} or {"error"}.
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { parse } from '@cdktf/hcl2json';

const parsers = {
  hcl: (source) => parse('main.tf', source),
  jira: (() => {
    const { WikiMarkupTransformer } = createRequire(import.meta.url)('@atlaskit/editor-wikimarkup-transformer');
    const transformer = new WikiMarkupTransformer();
    return (source) => transformer.parse(source).toJSON().content;
  })(),
};

const { kind, texts } = JSON.parse(await text(process.stdin));
const answers = [];
for (const source of texts) {
  try {
    answers.push({ value: await parsers[kind](source) });
  } catch (error) {
    answers.push({ error: String(error.message) });
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));

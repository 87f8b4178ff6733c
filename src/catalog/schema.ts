import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { catalogFile } from './file-schema.ts'

/** Where the published JSON Schema of farebox.yaml lies. Made by: node src/catalog/schema.ts */
export const SCHEMA_FILE = new URL('../../docs/farebox.schema.json', import.meta.url)

/** The JSON Schema of farebox.yaml, for editors; what it cannot say (${NAME}, ids that must exist) `farebox doctor` says. */
export function fileJsonSchema(): string {
  const schema = z.toJSONSchema(catalogFile, { io: 'input' })
  const text = JSON.stringify({ title: 'farebox.yaml', ...schema }, null, 2)
  // The formatter writes lists of words on one line; the file has to satisfy it and the test.
  const onOneLine = text.replace(/\[\s+((?:"[^"]*",?\s+)+)\]/g, (_, words: string) => `[${words.trim().split(/,\s+/).join(', ')}]`)
  return `${onOneLine}\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(SCHEMA_FILE, fileJsonSchema())

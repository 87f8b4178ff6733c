// Writes docs/configuration.md from the settings and the schema of farebox.yaml: `node tests/tidy/write-configuration-page.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { SCHEMA_FILE } from '../../src/catalog/schema.ts'
import { configurationPage } from './configuration-page.ts'

writeFileSync('docs/configuration.md', configurationPage(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'))))

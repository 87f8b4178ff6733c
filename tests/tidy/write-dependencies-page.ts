// Writes the tables of docs/dependencies.md from packaging/direct.ts: `node tests/tidy/write-dependencies-page.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { dependenciesPage } from './dependencies-page.ts'

writeFileSync('docs/dependencies.md', dependenciesPage(readFileSync('docs/dependencies.md', 'utf8')))

// Writes docs/management-api.md from the router: `node tests/tidy/write-management-page.ts`.
import { writeFileSync } from 'node:fs'
import { managementDocument, managementPage } from './management-page.ts'

writeFileSync('docs/management-api.md', managementPage(await managementDocument()))

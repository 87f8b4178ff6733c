// Writes the table of the OWASP risks in docs/threat-model.md from checks/security/owasp: `node tests/tidy/write-owasp-table.ts`.
import { readFileSync, writeFileSync } from 'node:fs'
import { owaspTable } from './owasp-table.ts'

writeFileSync('docs/threat-model.md', owaspTable(readFileSync('docs/threat-model.md', 'utf8')))

// Writes docs/surfaces.md from the path tables of src/protocols: `node tests/tidy/write-surfaces-page.ts`.
import { writeFileSync } from 'node:fs'
import { surfacesPage } from './surfaces-page.ts'

writeFileSync('docs/surfaces.md', surfacesPage())

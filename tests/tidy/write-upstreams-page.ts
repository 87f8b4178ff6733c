// Writes docs/upstreams.md from the known upstreams and the examples: `node tests/tidy/write-upstreams-page.ts`.
import { writeFileSync } from 'node:fs'
import { upstreamsPage } from './upstreams-page.ts'

writeFileSync('docs/upstreams.md', upstreamsPage())

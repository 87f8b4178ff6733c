// Writes docs/translation.md by translating: `node tests/tidy/write-translation-page.ts`.
import { writeFileSync } from 'node:fs'
import { translationPage } from './translation-page.ts'

writeFileSync('docs/translation.md', translationPage())

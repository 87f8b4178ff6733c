// Writes src/protocols/text-pass.ts from src/protocols/text-pass.wat: `node tests/tidy/write-text-pass-code.ts`.
import { writeFileSync } from 'node:fs'
import { TEXT_PASS, textPassCode } from './text-pass-code.ts'

writeFileSync(TEXT_PASS, await textPassCode())

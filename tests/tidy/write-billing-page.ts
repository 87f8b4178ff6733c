// Writes docs/billing.md from src/spec/billing-rules.ts: `node tests/tidy/write-billing-page.ts`.
import { writeFileSync } from 'node:fs'
import { billingPage } from './billing-page.ts'

writeFileSync('docs/billing.md', billingPage())

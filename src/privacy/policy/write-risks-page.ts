import { writeFileSync } from 'node:fs'
import { risksPage } from './risks.ts'

/** Where the page of the risks lies. */
export const RISKS_PAGE = new URL('../../../docs/residual-risks.md', import.meta.url)

if (import.meta.main) writeFileSync(RISKS_PAGE, risksPage())

/** The page of a statement, as people read and print it: one file without a script; never asks a database. */
export { languageOf, readLanguage } from './language.ts'
export { PAGE_POLICY, statementPage } from './page.ts'
export { LANGUAGES, type Language } from './words.ts'

/** The pages of documentation: clients, errors, the interface; never holds a key. */

export { readApiDocument } from './api-document.ts'
export { codeBlock } from './code-block.ts'
export { errorGuide } from './error-guide.ts'
export { errorsPage } from './errors-page.ts'
export { operationsOf, referencePage } from './reference-page.ts'
export { clientsOf, setupPage } from './setup-page.ts'
export { curlSnippet } from './snippets/index.ts'

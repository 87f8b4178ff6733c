/** Terms and refunds, and how texts in Markdown become parts of a page; never lets a text bring markup of its own. */
export { documentOf, type Part, plainText, type TextDocument } from './document.ts'
export { blocksAsPage, type Manner, wordsAsPage } from './markdown.ts'
export { refundsPage } from './refunds-page.ts'
export { termsPage } from './terms-page.ts'

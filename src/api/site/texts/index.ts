/** Terms and refunds: the operator's own texts, or pages made from settings; never lets a text bring markup of its own. */
export { refundsPage } from './refunds-page.ts'
export { termsPage } from './terms-page.ts'

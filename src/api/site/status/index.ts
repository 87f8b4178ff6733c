/** The page of status, made of what was measured minute by minute; never says more than that. */
export { daysLine } from './days.ts'
export { type Measured, readMeasured } from './measured.ts'
export { type Now, statusPage } from './page.ts'

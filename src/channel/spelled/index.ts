/**
 * The messages of the channel, each read and written field by field; made of the tables by a tool of the tests, and never edited by hand.
 */
export * from './control.ts'
export * from './gateway.ts'
export * from './spelled.ts'

/** The parts that pages of the console are made of; none knows what a page is about. */
export { ActButton } from './act-button.tsx'
export { ActDialog, type Typed, type WrongOf } from './act-dialog.tsx'
export { ActFailed } from './prove-again.tsx'
export { Tabs } from './tabs.tsx'

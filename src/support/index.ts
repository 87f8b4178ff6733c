/** What customers ask of support, what they are told, and by when; words of both are sealed under the customer's key. Never sees a call. */
export { supportReaders } from './cell-readers.ts'
export { SUPPORT_DATA } from './personal-data.ts'
export { makeSupportDesk, type SupportDesk, type SupportDeskOptions } from './support-desk.ts'
export { SUPPORT_STATES, type SupportRequest, type SupportState, type SupportWords } from './support-request.ts'

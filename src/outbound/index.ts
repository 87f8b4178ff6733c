/** Calls to hosts that somebody else named: public https hosts alone, at an address that was looked at. Never follows a redirect, uses a proxy or tells who asks. */

export { type Dialled, dialPort, type Outside, systemOutside } from './outside.ts'
export { isPublicAddress } from './public-address.ts'
export { NotPublicError, type PublicClient, publicClient } from './public-client.ts'
export { type PublicUrl, publicUrlOf } from './public-host.ts'
export { systemTextRecords, type TextRecords } from './text-records.ts'

/** USDC on EVM chains: addresses from an xpub, deposits read from chains and credited when they are final; holds no private key and spends nothing. */
export { type AddressBook, makeAddressBook } from './address-book.ts'
export { usdcReaders } from './cell-readers.ts'
export { readBlock, readReceipt, readTransfers } from './chain-reads.ts'
export { HALTS, type Halt } from './chain-store.ts'
export { type AccountClaim, type ClaimDoors, type ClaimedAccount, claimAccount } from './claim-account.ts'
export { claimMessage, findSigner } from './claim-message.ts'
export { type Decision, decide } from './decide.ts'
export { DEPOSIT_WARNINGS, type DepositOffer, type DepositWarning } from './deposit-offer.ts'
export {
  DEPOSIT_STATES,
  type DepositState,
  depositTags,
  originPurpose as usdcOriginPurpose,
  PROBLEMS,
  type ProblemCode,
} from './deposit-record.ts'
export type { Endpoints } from './endpoints.ts'
export type { Chains, Confirmations } from './find-tx.ts'
export { readAddress } from './hex.ts'
export { usdcChain, usdcSanctions } from './known-chain.ts'
export { openUsdcRail, type UsdcClaims, type UsdcRail, type UsdcRailParts } from './open-rail.ts'
export type { ChainParts, UsdcChain, UsdcParts, UsdcTerms } from './parts.ts'
export { USDC_DATA } from './personal-data.ts'
export { type ChainProbe, probeUsdc, type UsdcProbe } from './probe.ts'
export { type DepositProgress, listProgress, OWN_DEPOSIT_STATES } from './progress.ts'
export { usdcReport } from './rail-report.ts'
export { type ChainReader, makeChainReader } from './read-chain.ts'
export { type RpcCall, RpcError, rpcOverHttp } from './rpc.ts'
export { addressesIn, makeSanctions, NO_SANCTIONS, type Sanctions } from './sanctions.ts'
export {
  findSentTransfer,
  SENT_WAITING,
  SENT_WRONG,
  type SentLook,
  type SentTransfer,
  type SentWaiting,
  type SentWrong,
} from './sent-transfer.ts'
export { USDC_FIELDS, type UsdcSettings, usdcBlock, usdcSettingsOf } from './settings.ts'
export { unitsOfNano } from './token-units.ts'
export type { Transfer } from './transfer-log.ts'
export { readTxHash } from './tx-hash.ts'
export { type TopupClaim, type VerifiedTopup, verifyTopup } from './verify-topup.ts'
export { listWaiting, type WaitingDeposit } from './waiting-deposits.ts'
export { checksummedAddress, readWrittenAddress } from './written-address.ts'
export { type AddressTree, ExtendedKeyError, openAddressTree } from './xpub.ts'

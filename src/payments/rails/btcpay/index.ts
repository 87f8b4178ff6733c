/** Coins by the operator's own BTCPay Server, over its Greenfield API; never believes what a delivery says. */
export type { BtcpayParts } from './parts.ts'
export { type BtcpayAsked, type BtcpayRail, openBtcpayRail } from './rail.ts'
export { type BtcpayClaim, type BtcpayPayout, type BtcpayRefunds, btcpayRefunds } from './refunds.ts'
export { btcpayReport } from './report.ts'
export { BTCPAY_FIELDS, type BtcpaySettings, btcpayBlock, btcpaySettingsOf } from './settings.ts'

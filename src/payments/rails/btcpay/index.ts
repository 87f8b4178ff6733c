/** Coins by the operator's own BTCPay Server, over its Greenfield API; never believes what a delivery says. */
export { type BtcpayAsked, type BtcpayParts, type BtcpayRail, openBtcpayRail } from './rail.ts'
export { type BtcpayClaim, type BtcpayPayout, type BtcpayRefunds, btcpayRefunds } from './refunds.ts'
export { btcpayReport } from './report.ts'
export { BTCPAY_FIELDS, type BtcpaySettings, btcpayBlock, btcpaySettingsOf } from './settings.ts'

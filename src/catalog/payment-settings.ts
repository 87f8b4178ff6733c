import type { Config, Environment } from '../config.ts'
import { type PaymentSettings, paymentSettingsOf } from '../payments/index.ts'
import { configuredPayments } from './configured.ts'

/** What payments are taken by, as farebox.yaml says; throws ConfigRefusedError when the file is not valid. */
export const readPaymentSettings = ({ configPath, providerKeys }: Config, environment: Environment): PaymentSettings =>
  paymentSettingsOf(configuredPayments({ configPath, providerKeys, environment }))

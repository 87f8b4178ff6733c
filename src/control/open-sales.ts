import type { ApiDependencies } from '../api/index.ts'
import { type OpenedPayments, type OpenPaymentsOptions, openPayments } from './open-payments.ts'
import { type OpenPlansOptions, openPlans } from './open-plans.ts'
import { type RunningJobs, together } from './repeat.ts'

/** What is sold and paid for: what the interfaces ask of it, what rails report, and what carries it on beside the calls. */
export type OpenedSales = {
  readonly forApi: OpenedPayments['api'] & Pick<ApiDependencies, 'plans'>
  readonly settings: OpenedPayments['settings']
  readonly reports: OpenedPayments['reports']
  readonly till: OpenedPayments['till']
  readonly start: () => RunningJobs
}

/** Opens plans and payments: what was paid for begins once its money is there. Throws ConfigRefusedError. */
export async function openSales(options: OpenPlansOptions & Omit<OpenPaymentsOptions, 'plans'>): Promise<OpenedSales> {
  const plans = openPlans(options)
  const payments = await openPayments({ ...options, plans })
  return {
    forApi: { ...payments.api, plans: plans.parts },
    ...{ settings: payments.settings, reports: payments.reports, till: payments.till },
    start: () => {
      const jobs = [plans.start(), payments.start()]
      return together(jobs)
    },
  }
}

import { call } from '../../lib/call.ts'
import { Field } from '../../parts/index.ts'
import { ActDialog, type Typed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

const LIMITS = ['requests_per_minute', 'tokens_per_minute', 'concurrent_calls'] as const

/** Changes the limits and terms of an account; what is left as it is is not sent. */
export function ChangeTerms({ account, onClose }: AboutAccount) {
  const words = useWords().account
  const names = { requests_per_minute: words.perMinute, tokens_per_minute: words.tokensPerMinute, concurrent_calls: words.concurrent }
  const changeOf = (typed: Typed) => ({
    limits: Object.fromEntries(LIMITS.map((limit) => [limit, typed[limit] === '' ? null : Number(typed[limit])])),
    ...(typed['plan'] === (account.plan ?? '') ? {} : { plan: typed['plan'] === '' ? null : typed['plan'] }),
    ...(typed['multiplier'] === account.price_multiplier ? {} : { price_multiplier: typed['multiplier'] }),
    ...(Number(typed['retention']) === account.usage_retention_days ? {} : { usage_retention_days: Number(typed['retention']) }),
  })
  return (
    <ActDialog
      title={words.changeTerms}
      act={words.changeTermsAct}
      fields={[...LIMITS.map((limit) => `limits.${limit}`), 'plan', 'price_multiplier', 'usage_retention_days']}
      onClose={onClose}
      run={(typed) => call(`/operator/v1/accounts/${account.id}`, { method: 'PATCH', body: changeOf(typed) })}
    >
      {(wrong) => (
        <>
          {LIMITS.map((limit) => (
            <Field
              key={limit}
              label={names[limit]}
              hint={words.emptyMeansNone}
              name={limit}
              inputMode="numeric"
              className="short"
              pattern="\d{1,10}"
              defaultValue={account.limits[limit] ?? ''}
              wrong={wrong(`limits.${limit}`)}
            />
          ))}
          <Field label={words.plan} hint={words.planHint} name="plan" defaultValue={account.plan ?? ''} wrong={wrong('plan')} />
          <Field
            label={words.multiplierName}
            hint={words.multiplierHint}
            name="multiplier"
            inputMode="decimal"
            className="short"
            defaultValue={account.price_multiplier}
            wrong={wrong('price_multiplier')}
          />
          <Field
            label={words.retention}
            hint={words.retentionHint}
            name="retention"
            inputMode="numeric"
            className="short"
            pattern="\d{1,2}"
            defaultValue={account.usage_retention_days}
            wrong={wrong('usage_retention_days')}
          />
        </>
      )}
    </ActDialog>
  )
}

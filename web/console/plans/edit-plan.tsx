import { call } from '../../lib/call.ts'
import { Choice, Field } from '../../parts/index.ts'
import type { Plan } from '../answers.ts'
import { ActDialog, type Typed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

const FIELDS = [
  ...['id', 'name', 'kind', 'price', 'price_multiplier', 'models', 'requests_per_minute', 'tokens_per_minute', 'concurrent_calls'],
  ...['amount', 'window', 'budget.amount', 'budget.window', 'shorter_notice_reason', 'effective_at', 'price_changes'],
]
const WINDOWS = ['5h', '8h', 'day', 'week', 'month']

/** A plan as its form has it: what is empty is left out; changes that are scheduled stay. */
export function planBody(typed: Typed, scheduled: Plan['price_changes']): object {
  const text = (name: string) => (typed[name] === undefined || typed[name] === '' ? {} : { [name]: typed[name] })
  const whole = (name: string) => (typed[name] === undefined || typed[name] === '' ? {} : { [name]: Number(typed[name]) })
  const models = (typed['models'] ?? '').split(/[\s,]+/).filter((id) => id !== '')
  return {
    ...{
      ...text('name'),
      ...text('kind'),
      ...text('price'),
      price_multiplier: typed['price_multiplier'],
      ...text('shorter_notice_reason'),
    },
    ...{ ...whole('requests_per_minute'), ...whole('tokens_per_minute'), ...whole('concurrent_calls') },
    ...(models.length === 0 ? {} : { models }),
    ...(typed['amount'] === undefined || typed['amount'] === '' ? {} : { budget: { amount: typed['amount'], window: typed['window'] } }),
    ...{ public: typed['public'] === 'on', closed: typed['closed'] === 'on' },
    price_changes: scheduled.map(({ price_multiplier, effective_at }) => ({ price_multiplier, effective_at })),
  }
}

/** What a plan was put with, so that one term can be changed. */
export function typedOf(plan: Plan): Typed {
  const { name, kind, price, models, budget } = plan
  const number = (value: number | null) => (value === null ? '' : String(value))
  return {
    ...{
      id: plan.id,
      name: name ?? '',
      kind,
      price: price ?? '',
      price_multiplier: plan.price_multiplier,
      models: (models ?? []).join(' '),
    },
    ...{ requests_per_minute: number(plan.requests_per_minute), tokens_per_minute: number(plan.tokens_per_minute) },
    ...{ concurrent_calls: number(plan.concurrent_calls), amount: budget?.amount ?? '', window: budget?.window ?? 'day' },
    ...{ public: plan.public ? 'on' : '', closed: plan.closed ? 'on' : '' },
  }
}

/** A new plan, or one that is changed. */
export function EditPlan({ plan, onClose }: { readonly plan: Plan | undefined; readonly onClose: () => void }) {
  const words = useWords().plans
  const old: Typed = plan === undefined ? { kind: 'monthly', price_multiplier: '1', window: 'day', public: 'on' } : typedOf(plan)
  return (
    <ActDialog
      title={plan === undefined ? words.makePlan : words.editPlan(plan.name ?? plan.id)}
      act={plan === undefined ? words.makePlan : words.savePlan}
      isWide
      fields={FIELDS}
      onClose={onClose}
      run={(typed) => {
        const id = plan?.id ?? typed['id'] ?? ''
        return call(`/operator/v1/plans/${encodeURIComponent(id)}`, { method: 'PUT', body: planBody(typed, plan?.price_changes ?? []) })
      }}
    >
      {(wrong) => {
        const field = (name: string, label: string, more: object = {}) => (
          <Field label={label} name={name} defaultValue={old[name] ?? ''} wrong={wrong(name)} {...more} />
        )
        return (
          <>
            {plan === undefined && field('id', words.id, { hint: words.idHint, required: true, pattern: '[a-z0-9][a-z0-9._\\-]{0,63}' })}
            {field('name', words.name, { maxLength: 100 })}
            <Choice label={words.kind} name="kind" defaultValue={old['kind']} wrong={wrong('kind')}>
              {Object.entries(words.kinds).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </Choice>
            {field('price', words.price, { hint: words.priceHint, inputMode: 'decimal', className: 'short' })}
            {field('price_multiplier', words.part, { hint: words.partHint, inputMode: 'decimal', className: 'short', required: true })}
            {field('models', words.models, { hint: words.modelsHint })}
            {field('requests_per_minute', words.requests, { inputMode: 'numeric', className: 'short', pattern: '\\d*' })}
            {field('tokens_per_minute', words.tokens, { inputMode: 'numeric', className: 'short', pattern: '\\d*' })}
            {field('concurrent_calls', words.concurrent, { inputMode: 'numeric', className: 'short', pattern: '\\d*' })}
            {field('amount', words.budget, {
              ...{ hint: words.budgetHint, inputMode: 'decimal', className: 'short', wrong: wrong('amount') ?? wrong('budget.amount') },
            })}
            <Choice label={words.window} name="window" defaultValue={old['window']}>
              {WINDOWS.map((window) => (
                <option key={window} value={window}>
                  {words.windows[window as keyof typeof words.windows]}
                </option>
              ))}
            </Choice>
            <label className="choice">
              <input type="checkbox" name="public" defaultChecked={old['public'] === 'on'} />
              {words.isPublic}
            </label>
            <label className="choice">
              <input type="checkbox" name="closed" defaultChecked={old['closed'] === 'on'} />
              {words.isClosed}
            </label>
            {plan !== undefined &&
              plan.members > 0 &&
              field('shorter_notice_reason', words.reason, { hint: words.reasonHint, maxLength: 500 })}
          </>
        )
      }}
    </ActDialog>
  )
}

/** A multiplier that a plan will have from a day on. */
export function SchedulePlan({ plan, onClose }: { readonly plan: Plan; readonly onClose: () => void }) {
  const words = useWords().plans
  return (
    <ActDialog
      title={words.scheduleTitle(plan.name ?? plan.id)}
      act={words.scheduleAct}
      fields={['price_changes.price_multiplier', 'price_changes.effective_at']}
      onClose={onClose}
      run={(typed) => {
        const coming = { change: 0, price_multiplier: typed['multiplier'] ?? '', effective_at: `${typed['day']}T00:00:00Z` }
        const body = planBody(typedOf(plan), [...plan.price_changes, coming])
        return call(`/operator/v1/plans/${encodeURIComponent(plan.id)}`, { method: 'PUT', body })
      }}
    >
      {(wrong) => (
        <>
          <p>{words.scheduleMeans(plan.price_multiplier)}</p>
          <Field
            label={words.part}
            name="multiplier"
            inputMode="decimal"
            className="short"
            required
            autoFocus
            wrong={wrong('price_changes.price_multiplier')}
          />
          <Field label={words.fromDay} name="day" type="date" className="short" required wrong={wrong('price_changes.effective_at')} />
        </>
      )}
    </ActDialog>
  )
}

import { call } from '../../lib/call.ts'
import { Field } from '../../parts/index.ts'
import type { Pool } from '../answers.ts'
import { ActDialog, type Typed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

const BLOCKS = ['asia', 'europe', 'americas'] as const
const HOURS = { asia: '00:00-08:00', europe: '08:00-16:00', americas: '16:00-24:00' } as const

/** A pool as its form has it: a block without a number of seats is left out. */
export const poolBody = (typed: Typed): object => ({
  ...{ description: typed['description'], annual_discount: typed['annual_discount'] },
  models: (typed['models'] ?? '').split(/[\s,]+/).filter((id) => id !== ''),
  blocks: BLOCKS.filter((block) => typed[`${block}-seats`] !== '').map((block) => ({
    ...{ block, hours_utc: typed[`${block}-hours`], seats: Number(typed[`${block}-seats`]), price_per_month: typed[`${block}-price`] },
  })),
})

/** A new pool, or one that is changed; who has a seat keeps it and its price. */
export function EditPool({ pool, onClose }: { readonly pool: Pool | undefined; readonly onClose: () => void }) {
  const words = useWords().plans
  return (
    <ActDialog
      title={pool === undefined ? words.makePool : words.editPool(pool.slug)}
      act={pool === undefined ? words.makePool : words.savePool}
      isWide
      fields={['id', 'description', 'models', 'annual_discount']}
      onClose={onClose}
      run={(typed) => {
        const slug = pool?.slug ?? typed['id'] ?? ''
        return call(`/operator/v1/pools/${encodeURIComponent(slug)}`, { method: 'PUT', body: poolBody(typed) })
      }}
    >
      {(wrong) => (
        <>
          {pool !== undefined && <p>{words.poolKeeps}</p>}
          {pool === undefined && (
            <Field label={words.id} hint={words.poolIdHint} name="id" required pattern="[a-z0-9][a-z0-9\-]{0,63}" wrong={wrong('id')} />
          )}
          <Field
            label={words.description}
            name="description"
            maxLength={500}
            required
            defaultValue={pool?.description ?? ''}
            wrong={wrong('description')}
          />
          <Field
            label={words.models}
            hint={words.poolModelsHint}
            name="models"
            required
            defaultValue={pool?.models.join(' ') ?? ''}
            wrong={wrong('models')}
          />
          <Field
            label={words.discount}
            hint={words.discountHint}
            name="annual_discount"
            inputMode="decimal"
            className="short"
            defaultValue={pool?.annual_discount ?? '0'}
            wrong={wrong('annual_discount')}
          />
          {BLOCKS.map((block) => (
            <BlockFields key={block} block={block} pool={pool} />
          ))}
        </>
      )}
    </ActDialog>
  )
}

function BlockFields({ block, pool }: { readonly block: (typeof BLOCKS)[number]; readonly pool: Pool | undefined }) {
  const words = useWords().plans
  const old = pool?.blocks.find((one) => one.block === block)
  return (
    <fieldset>
      <legend>{words.blocks[block]}</legend>
      <div className="row">
        <Field
          label={words.hours}
          name={`${block}-hours`}
          className="short"
          defaultValue={old?.hours_utc ?? HOURS[block]}
          pattern="\d\d:\d\d-\d\d:\d\d"
        />
        <Field
          label={words.seatCount}
          name={`${block}-seats`}
          inputMode="numeric"
          className="short"
          pattern="\d{0,7}"
          defaultValue={old === undefined ? '' : String(old.seats)}
        />
        <Field
          label={words.seatPrice}
          name={`${block}-price`}
          inputMode="decimal"
          className="short"
          defaultValue={old?.price_per_month ?? ''}
        />
      </div>
    </fieldset>
  )
}

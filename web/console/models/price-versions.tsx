import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Asked, Dialog, Empty, List, Tag, usePartWords, When } from '../../parts/index.ts'
import type { ListOf, Model, PriceVersion } from '../answers.ts'
import { ActButton } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** Every price that a model had, has and will have; one that does not hold yet can be cancelled. */
export function PriceVersions({ model, onClose }: { readonly model: Model; readonly onClose: () => void }) {
  const words = useWords().models
  const { close } = usePartWords()
  const may = useMay()
  const kinds = { holds: 'good', scheduled: 'todo', cancelled: 'bad', past: undefined } as const
  return (
    <Dialog title={words.versionsOf(model.id)} onClose={onClose} isWide>
      <Asked<ListOf<PriceVersion>> path={`/operator/v1/prices?model=${encodeURIComponent(model.id)}`}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noVersions}</Empty>
          ) : (
            <List
              caption={words.versionsOf(model.id)}
              entries={data}
              keyOf={({ version }) => String(version)}
              columns={[
                { head: words.version, cell: ({ version }) => <code>{version}</code> },
                { head: words.from, cell: (one) => <When at={one.effective_at} /> },
                {
                  head: words.state,
                  cell: ({ state }) => <Tag {...(kinds[state] === undefined ? {} : { kind: kinds[state] })}>{words.states[state]}</Tag>,
                },
                { head: words.input, isNumber: true, cell: ({ price }) => (price.input === undefined ? '–' : showUsd(price.input)) },
                { head: words.output, isNumber: true, cell: ({ price }) => (price.output === undefined ? '–' : showUsd(price.output)) },
                {
                  head: words.doings,
                  isActs: true,
                  cell: ({ version, state }) =>
                    may('money') &&
                    state === 'scheduled' && (
                      <ActButton
                        name={words.cancel}
                        kind="plain"
                        run={() => call(`/operator/v1/prices/${version}`, { method: 'DELETE' })}
                      />
                    ),
                },
              ]}
            />
          )
        }
      </Asked>
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  )
}

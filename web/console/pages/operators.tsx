import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, Choice, Dialog, Empty, Field, List, Page, Secret, Section, Tag, When } from '../../parts/index.ts'
import type { ListOf, MadeOperator, Operator, OperatorSessions } from '../answers.ts'
import { ActButton, ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Who may come into the console, and what each may do; for owners. */
export function OperatorsPage() {
  const words = useWords().operators
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<MadeOperator>()
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <button type="button" className="main" onClick={() => setMaking(true)}>
          {words.make}
        </button>
      }
    >
      <Asked<ListOf<Operator>> path="/operator/v1/operators">
        {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : <Operators operators={data} />)}
      </Asked>
      <OwnSessions />
      {isMaking && (
        <MakeOperator
          onClose={() => setMaking(false)}
          onMade={(operator) => {
            setMaking(false)
            setMade(operator)
          }}
        />
      )}
      {made !== undefined && <TokenMade operator={made} onClose={() => setMade(undefined)} />}
    </Page>
  )
}

function Operators({ operators }: { readonly operators: readonly Operator[] }) {
  const words = useWords().operators
  const [ending, setEnding] = useState<Operator>()
  return (
    <>
      <List
        caption={words.title}
        entries={operators}
        keyOf={({ name }) => name}
        columns={[
          { head: words.name, cell: ({ name }) => name },
          { head: words.role, cell: ({ role }) => words.roles[role] },
          { head: words.ways, cell: ({ ways }) => ways.join(', ') || '–' },
          { head: words.since, cell: (operator) => <When at={operator.created_at} isDay /> },
          {
            head: words.state,
            cell: ({ revoked_at: ended }) => (
              <Tag kind={ended === null ? 'good' : 'bad'}>{ended === null ? words.active : words.ended}</Tag>
            ),
          },
          {
            head: words.doings,
            isActs: true,
            cell: (operator) =>
              operator.revoked_at === null && (
                <button type="button" className="plain grave" onClick={() => setEnding(operator)}>
                  {words.end}
                </button>
              ),
          },
        ]}
      />
      {ending !== undefined && (
        <ActDialog
          title={words.endTitle(ending.name)}
          act={words.endAct(ending.name)}
          isGrave
          onClose={() => setEnding(undefined)}
          run={() => call(`/operator/v1/operators/${encodeURIComponent(ending.name)}`, { method: 'DELETE' })}
        >
          {() => <p>{words.endMeans}</p>}
        </ActDialog>
      )}
    </>
  )
}

type Making = { readonly onClose: () => void; readonly onMade: (operator: MadeOperator) => void }

function MakeOperator({ onClose, onMade }: Making) {
  const words = useWords().operators
  return (
    <ActDialog
      title={words.make}
      act={words.makeAct}
      fields={['name', 'role']}
      onClose={onClose}
      onDone={() => undefined}
      run={async ({ name, role }, once) =>
        onMade(await call<MadeOperator>('/operator/v1/operators', { method: 'POST', body: { name, role }, once }))
      }
    >
      {(wrong) => (
        <>
          <Field
            label={words.name}
            hint={words.nameHint}
            name="name"
            required
            autoFocus
            pattern="[a-z][a-z0-9._\-]{0,39}"
            wrong={wrong('name')}
          />
          <Choice label={words.role} name="role" defaultValue="support" wrong={wrong('role')}>
            {Object.entries(words.roles).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Choice>
        </>
      )}
    </ActDialog>
  )
}

function TokenMade({ operator, onClose }: { readonly operator: MadeOperator; readonly onClose: () => void }) {
  const words = useWords().operators
  return (
    <Dialog title={words.madeTitle(operator.name)} onClose={onClose}>
      <p>{words.madeMeans}</p>
      <Secret text={operator.secret} />
      <div className="answers">
        <button type="button" className="main" onClick={onClose}>
          {words.madeKept}
        </button>
      </div>
    </Dialog>
  )
}

function OwnSessions() {
  const words = useWords().operators
  return (
    <Section title={words.sessions}>
      <Asked<OperatorSessions> path="/operator/auth/sessions">
        {({ data }) => (
          <List
            caption={words.sessions}
            entries={data}
            keyOf={({ id }) => id}
            columns={[
              { head: words.browser, cell: ({ browser, is_this: isThis }) => (isThis ? `${browser} (${words.here})` : browser) },
              { head: words.seen, cell: (session) => <When at={session.seen_at} /> },
              {
                head: words.doings,
                isActs: true,
                cell: ({ id, is_this: isThis }) =>
                  !isThis && (
                    <ActButton
                      name={words.endSession}
                      kind="plain"
                      run={() => call(`/operator/auth/sessions/${id}`, { method: 'DELETE' })}
                    />
                  ),
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}

import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { codeName } from '../../lib/code-name.ts'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { Asked, Field, Notice, When } from '../../parts/index.ts'
import type { Erasure } from '../answers.ts'
import { ActDialog } from '../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { AboutAccount } from './about-account.ts'

/** Erases an account for good: says what goes and what has to stay, and asks for its id and e-mail, so that no other is meant. */
export function EraseAccount({ account, onClose }: AboutAccount) {
  const words = useWords().account
  const path = `/operator/v1/accounts/${account.id}/erasure`
  const [typed, setTyped] = useState('')
  const left = nanoOf(account.balance.available) > 0n ? account.balance.available : undefined
  return (
    <ActDialog
      title={words.eraseTitle(account.email ?? account.id.slice(0, 8))}
      act={left === undefined ? words.eraseAct : words.eraseActGiveUp(showUsd(left))}
      isGrave
      isWide
      isHeld={typed.trim() !== account.id}
      fields={['email']}
      onClose={onClose}
      run={({ email }, once) => call(path, { method: 'POST', body: { email, ...(left === undefined ? {} : { give_up: left }) }, once })}
    >
      {(wrong) => (
        <>
          <p>{words.eraseMeans}</p>
          {left !== undefined && (
            <Notice kind="loss">
              <span>{words.eraseLeft(showUsd(left))}</span>
            </Notice>
          )}
          <Asked<Erasure> path={path}>{(erasure) => <Consequences erasure={erasure} />}</Asked>
          <Field label={words.eraseEmail} hint={words.eraseEmailHint} name="email" type="email" required wrong={wrong('email')} />
          <Field
            label={words.eraseId}
            hint={
              <>
                {words.eraseIdHint} <code>{account.id}</code>
              </>
            }
            name="id"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            required
          />
        </>
      )}
    </ActDialog>
  )
}

const isDay = (until: string): boolean => /^\d{4}-\d\d-\d\d$/.test(until)

function Consequences({ erasure }: { readonly erasure: Erasure }) {
  const words = useWords().account
  const rowsOf = (parts: readonly { readonly rows: number | null }[]) => parts.reduce((sum, { rows }) => sum + (rows ?? 0), 0)
  return (
    <dl className="roll">
      <div>
        <dt>{words.goes}</dt>
        <dd>{words.rows(rowsOf(erasure.goes), erasure.goes.length)}</dd>
      </div>
      {erasure.stays.map(({ table, basis, until }) => (
        <div key={`${table}-${basis}-${until}`}>
          <dt>
            {words.stays} <code>{table}</code>
          </dt>
          <dd>
            {codeName(words.codes.bases, basis)}, {isDay(until) ? <When at={until} isDay /> : codeName(words.codes.untils, until)}
          </dd>
        </div>
      ))}
      {erasure.gone_by !== null && (
        <div className="sum">
          <dt>{words.goneBy}</dt>
          <dd>
            <When at={erasure.gone_by} />
          </dd>
        </div>
      )}
    </dl>
  )
}

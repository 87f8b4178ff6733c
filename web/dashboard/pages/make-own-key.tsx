import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { OneFieldDialog, ShownOnce } from '../../parts/index.ts'
import type { MintedKey } from '../answers.ts'
import { useWords } from '../words/index.ts'

const NAME_MAX = 64

/** What a key is made of: a plan or a seat that an account has. */
export type KeyHome = { readonly id: string; readonly name: string }

/** Makes the key that a plan or a seat is used by, and shows it once. */
export function MakeOwnKey({ of: { id: subscriptionId, name }, onClose }: { readonly of: KeyHome; readonly onClose: () => void }) {
  const { plans: words, keys } = useWords()
  const client = useQueryClient()
  const [made, setMade] = useState<MintedKey>()
  const make = useAct(async (wanted: string, once) => {
    setMade(await call<MintedKey>('/api/keys/subscription', { method: 'POST', body: { subscriptionId, name: wanted }, once }))
    await client.invalidateQueries()
  })
  if (made !== undefined)
    return (
      <ShownOnce title={words.keyMade(name)} secret={made.apiKey} kept={words.kept} onKept={onClose}>
        {words.boughtKey}
      </ShownOnce>
    )
  return (
    <OneFieldDialog
      {...{ title: words.keyTitle(name), actWord: words.keyAct, act: make, member: 'name', onClose }}
      {...{ label: keys.name, hint: keys.nameHint, name: 'name', defaultValue: name.slice(0, NAME_MAX), maxLength: NAME_MAX }}
      required
    >
      <p>{words.keyMeans}</p>
    </OneFieldDialog>
  )
}

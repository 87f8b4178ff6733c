import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Dialog, Failed, ShownOnce, usePartWords } from '../../parts/index.ts'
import type { MintedKey, OwnKey } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { isPlaced, KeyFields, readKeyFields } from './key-fields.tsx'
import { keyChangeOf, newKeyOf } from './key-form.ts'

/** Where the server has keys. */
export const KEYS_PATH = '/api/keys'

/** Has everything that was asked for of keys asked for anew. */
export function useKeysChanged(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ predicate: ({ queryKey: [path] }) => typeof path === 'string' && path.startsWith(KEYS_PATH) })
}

/** What people call a key. */
export const calledOf = (key: Pick<OwnKey, 'id' | 'name'>): string => key.name ?? key.id.slice(0, 8)

/** Makes a key, and shows it once. */
export function MakeKey({ onClose }: { readonly onClose: () => void }) {
  const words = useWords().keys
  const changed = useKeysChanged()
  const [made, setMade] = useState<MintedKey>()
  const make = useAct(async (body: Readonly<Record<string, unknown>>, once) => {
    setMade(await call<MintedKey>(`${KEYS_PATH}/credit`, { method: 'POST', body, once }))
    await changed()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void make.run(newKeyOf(readKeyFields(event.currentTarget)))
  }
  if (made !== undefined)
    return <MadeSecret title={words.madeTitle(made.name)} means={words.madeMeans} text={made.apiKey} onClose={onClose} />
  return (
    <Dialog title={words.make} onClose={onClose}>
      <form onSubmit={submit}>
        <KeyFields error={make.error} />
        {make.error !== undefined && !isPlaced(make.error) && <Failed error={make.error} />}
        <Answers onClose={onClose} isRunning={make.isRunning} act={words.makeAct} />
      </form>
    </Dialog>
  )
}

/** Changes what a key may do. */
export function EditKey({ apiKey, onClose }: { readonly apiKey: OwnKey; readonly onClose: () => void }) {
  const words = useWords().keys
  const changed = useKeysChanged()
  const edit = useAct(async (body: Readonly<Record<string, unknown>>) => {
    await call(`${KEYS_PATH}/${apiKey.id}`, { method: 'PATCH', body })
    await changed()
    onClose()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void edit.run(keyChangeOf(readKeyFields(event.currentTarget), apiKey))
  }
  return (
    <Dialog title={words.editTitle(calledOf(apiKey))} onClose={onClose}>
      <form onSubmit={submit}>
        <KeyFields apiKey={apiKey} error={edit.error} />
        {edit.error !== undefined && !isPlaced(edit.error) && <Failed error={edit.error} />}
        <Answers onClose={onClose} isRunning={edit.isRunning} act={words.save} />
      </form>
    </Dialog>
  )
}

/** Ends a key for good. */
export function EndKey({ apiKey, onClose }: { readonly apiKey: OwnKey; readonly onClose: () => void }) {
  const words = useWords().keys
  const name = calledOf(apiKey)
  return (
    <Grave
      title={words.endTitle(name)}
      means={words.endMeans}
      act={words.endAct(name)}
      path={`${KEYS_PATH}/${apiKey.id}`}
      onClose={onClose}
    />
  )
}

/** Ends the secret that a key had before. */
export function EndOldSecret({ apiKey, onClose }: { readonly apiKey: OwnKey; readonly onClose: () => void }) {
  const { rotate: words } = useWords().keys
  const path = `${KEYS_PATH}/${apiKey.id}/old-secret`
  return <Grave title={words.endOldTitle(calledOf(apiKey))} means={words.endOldMeans} act={words.endOld} path={path} onClose={onClose} />
}

type About = { readonly title: string; readonly means: string; readonly onClose: () => void }

/** Something that cannot be undone: what it is of, and what comes of it. */
export function Grave({ title, means, act, path, onClose }: About & { readonly act: string; readonly path: string }) {
  const { cancel } = usePartWords()
  const changed = useKeysChanged()
  const end = useAct(async () => {
    await call(path, { method: 'DELETE' })
    await changed()
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{means}</p>
      {end.error !== undefined && <Failed error={end.error} />}
      <div className="answers">
        <button type="button" onClick={onClose}>
          {cancel}
        </button>
        <button type="button" className="grave" disabled={end.isRunning} onClick={() => void end.run()}>
          {act}
        </button>
      </div>
    </Dialog>
  )
}

/** A secret, shown this once. */
export function MadeSecret({ title, means, text, onClose, children }: About & { readonly text: string; readonly children?: ReactNode }) {
  const words = useWords().keys
  return (
    <ShownOnce title={title} secret={text} kept={words.madeKept} onKept={onClose}>
      {means} {children}
    </ShownOnce>
  )
}

/** Turning away, or going on with a form. */
export function Answers({ onClose, isRunning, act }: { readonly onClose: () => void; readonly isRunning: boolean; readonly act: string }) {
  const { cancel } = usePartWords()
  return (
    <div className="answers">
      <button type="button" onClick={onClose}>
        {cancel}
      </button>
      <button type="submit" className="main" disabled={isRunning}>
        {act}
      </button>
    </div>
  )
}

/** Makes a key rest, or lets it call again. */
export function PauseKey({ apiKey, isMain = false }: { readonly apiKey: OwnKey; readonly isMain?: boolean }) {
  const words = useWords().keys
  const changed = useKeysChanged()
  const isResting = apiKey.pausedFor !== null
  const toggle = useAct(async () => {
    await call(`${KEYS_PATH}/${apiKey.id}`, { method: 'PATCH', body: { isActive: isResting } })
    await changed()
  })
  return (
    <>
      <button type="button" className={isMain ? 'main' : 'plain'} disabled={toggle.isRunning} onClick={() => void toggle.run()}>
        {isResting ? words.resume : words.pause}
      </button>
      {toggle.error !== undefined && <Failed error={toggle.error} />}
    </>
  )
}

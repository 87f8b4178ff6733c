import { useRef, useState } from 'react'
import { CallError, newOnce } from './call.ts'

/** An act of a person that changes something: whether it runs, and what went wrong with it. */
export type Act<Input> = {
  readonly run: (input: Input) => Promise<void>
  readonly isRunning: boolean
  readonly error: CallError | undefined
  readonly clear: () => void
}

/**
 * Runs `work` once at a time. Its second argument is the same text until it succeeds, so that pressing again, or trying again after a lost answer, does
 * nothing twice.
 */
export function useAct<Input = void>(work: (input: Input, once: string) => Promise<unknown>): Act<Input> {
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<CallError>()
  const once = useRef<{ readonly text: string; readonly input: string } | undefined>(undefined)
  const busy = useRef(false)
  const run = async (input: Input) => {
    if (busy.current) return
    busy.current = true
    setRunning(true)
    setError(undefined)
    const written = JSON.stringify(input) ?? ''
    if (once.current?.input !== written) once.current = { text: newOnce(), input: written }
    try {
      await work(input, once.current.text)
      once.current = undefined
    } catch (thrown) {
      setError(thrown instanceof CallError ? thrown : new CallError({ code: 'broken', message: String(thrown), status: 0 }))
    } finally {
      busy.current = false
      setRunning(false)
    }
  }
  return { run, isRunning, error, clear: () => setError(undefined) }
}

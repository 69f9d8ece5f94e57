import type { Operator } from '@force-reset/core'
import { memoryPendingResets } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
import type { Shell, Subject } from '../test/both-shells.fixture.ts'
import { withBothShells } from '../test/both-shells.fixture.ts'
import { wireCheckSchema, wireProblemSchema, wireViewSchema } from '../wire/wire.ts'

/** Serves an account whose last reset has no known outcome. */
async function withOpenReset(
  shell: Shell,
  authorize: (question: { readonly operator: Operator; readonly action: string }) => boolean = () =>
    true,
): Promise<Subject> {
  const subject = await shell.start({ pending: memoryPendingResets(), authorize })
  subject.store.faults.loseAnswer()
  subject.store.faults.failSettle()
  const reply = await subject.reset('1')
  expect(wireProblemSchema.parse(reply.json()).code).toBe('outcome_unknown')
  return subject
}

const check = { method: 'POST', path: '/users/1/check' } as const

withBothShells('resets without a known outcome', (shell) => {
  it('are named by the view, and found out by a check', async () => {
    await using subject = await withOpenReset(shell)
    const view = wireViewSchema.parse((await subject.send({ path: '/users/1' })).json())
    const [open] = view.openResets ?? []
    expect(open).toMatchObject({ operatorId: 'op-1' })
    const reply = await subject.send(check)
    expect(reply.status).toBe(200)
    expect(wireCheckSchema.parse(reply.json())).toEqual({
      resets: [{ ...open, closing: 'applied_unused', ended: true }],
    })
    expect(subject.store.signIn('kim', 'old-password')).toBe('refused')
    const after = wireViewSchema.parse((await subject.send({ path: '/users/1' })).json())
    expect(after.openResets).toBeUndefined()
    expect(wireCheckSchema.parse((await subject.send(check)).json())).toEqual({ resets: [] })
  })

  it('say why they stay open', async () => {
    await using subject = await shell.start({ pending: memoryPendingResets() })
    subject.store.faults.loseWrite()
    subject.store.faults.failSettle()
    await subject.reset('1')
    expect(wireCheckSchema.parse((await subject.send(check)).json())).toMatchObject({
      resets: [{ closing: 'still_open', why: 'not_yet' }],
    })
  })

  it('are checked by no request of another site, and by none that only reads', async () => {
    await using subject = await withOpenReset(shell)
    const foreign = { ...check, headers: { 'sec-fetch-site': 'cross-site' } }
    expect(wireProblemSchema.parse((await subject.send(foreign)).json()).code).toBe('cross_site')
    const reading = await subject.send({ path: check.path })
    expect(reading.status).toBe(405)
    expect(reading.headers['allow']).toBe('POST')
    expect(subject.store.writes).toBe(1)
  })

  it('seem not to exist to an operator who may not reset the account', async () => {
    let allowed = true
    await using subject = await withOpenReset(shell, ({ action }) => allowed || action === 'view')
    allowed = false
    expect((await subject.send(check)).status).toBe(403)
    const view = wireViewSchema.parse((await subject.send({ path: '/users/1' })).json())
    expect(view.openResets).toBeUndefined()
    expect(subject.store.writes).toBe(1)
  })

  it('are none where the handler keeps no pending resets', async () => {
    await using subject = await shell.start()
    expect(wireCheckSchema.parse((await subject.send(check)).json())).toEqual({ resets: [] })
    expect((await subject.send({ ...check, path: '/users/nobody/check' })).status).toBe(404)
  })
})

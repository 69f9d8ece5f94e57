import { describe, expect, it } from 'vitest'
import { answerConfirmation } from '../confirmation.ts'
import { listVouches } from '../vouch.ts'
import { keyOf, openSite } from './site.fixture.ts'

describe('what happens while a reset is under way', () => {
  it('does not end the process where the policy answers a promise that is rejected', async () => {
    const rejected: unknown[] = []
    const hear = (error: unknown) => void rejected.push(error)
    process.on('unhandledRejection', hear)
    const site = openSite()
    const proof = await site.proof()
    const require: unknown = async () => {
      throw new TypeError('planted')
    }
    const strange = site.another({ verification: { require: Object(require) } })
    expect(keyOf(await strange.reset([proof]))).toBe('no_policy')
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', hear)
    expect(rejected).toEqual([])
  })

  it('stops a reset where the person denies after the proofs were judged', async () => {
    const site = openSite()
    await site.start({ method: 'confirmed' })
    const token = site.questions[0]?.token ?? ''
    const proof = await site.proof()
    const during = site.another({
      config: {
        audit: async ({ type }) => {
          if (type === 'reset.attempted')
            await answerConfirmation(site.config, { token, answer: 'denied' })
        },
      },
    })
    expect(keyOf(await during.reset([proof]))).toBe('closed')
    expect(site.store.writes).toBe(0)
  })

  it('takes nobody for the witness whom isSelf names as the operator', async () => {
    const site = openSite({ config: { isSelf: (_, user) => user.id === '44' } })
    await site.start({ method: 'call_back', destination: 'ward' })
    const seen = { method: 'call_back', destination: 'ward', witnessId: '44' }
    expect(keyOf(await site.answer(seen))).toBe('own_vouch')
  })

  it('finds the requests to a voucher where one store ignores the scope', async () => {
    const site = openSite()
    await site.start({ method: 'second_person', voucherId: '43' })
    const scoped = { voucher: { id: '43' }, scope: 'north' }
    expect(await listVouches(site.config, scoped)).toMatchObject({ ok: true, vouches: [{}] })
  })
})

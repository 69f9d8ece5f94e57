import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { describeWithPostgres } from '../fixtures/on-databases.ts'
import { activeAccount, resetIn, until, userIn, written } from '../fixtures/reset-in.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import {
  credentialsAndRoles,
  credentialsTable,
  oneTable,
  rolesAlone,
  rolesAndSessions,
  splitTables,
} from '../fixtures/table-shapes.ts'

/** Counts the turns of the event loop. */
function loopTurns(): { readonly count: number; stop(): void } {
  let count = 0
  let next = setImmediate(function turn() {
    count += 1
    next = setImmediate(turn)
  })
  return {
    get count() {
      return count
    },
    stop: () => clearImmediate(next),
  }
}

describeWithPostgres('many resets at once on PostgreSQL', (on) => {
  const subjectOf = async (shape: TableShape) => {
    const { db, probe, close } = await on.open()
    // On a busy machine 500 resets wait longer for their turn than an operator would.
    const options = { ...shape.options, timeoutMs: 120_000, hashTimeoutMs: 120_000 }
    const patient = { ...shape, options: options as TableShape['options'] }
    return { ...(await conformanceSubject(patient, probe, db, close)), close, probe }
  }

  for (const shape of [oneTable, rolesAndSessions]) {
    it(`500 of one account are one reset and 499 conflicts: ${shape.name}`, async () => {
      const subject = await subjectOf(shape)
      const { id, username, user } = await activeAccount(subject)
      const results = await Promise.all(
        Array.from({ length: 500 }, () => resetIn(subject.store, id, user.version)),
      )
      const winners = results.filter((result) => result.ok)
      expect(winners).toHaveLength(1)
      expect(results.filter((result) => !result.ok && result.code === 'conflict')).toHaveLength(499)
      for (const winner of winners)
        expect(await subject.signIn(username, winner.temporaryPassword.reveal())).toBe(
          'change_password',
        )
      await subject.close()
    })
  }

  it('500 of 500 accounts succeed on ten connections, at most ten end in one turn', async () => {
    const subject = await subjectOf(oneTable)
    const accounts = []
    for (let i = 0; i < 500; i += 1) accounts.push(await activeAccount(subject))
    const turns = loopTurns()
    const ended = new Map<number, number>()
    const results = await Promise.all(
      accounts.map(async ({ id, user }) => {
        const result = await resetIn(subject.store, id, user.version)
        ended.set(turns.count, (ended.get(turns.count) ?? 0) + 1)
        return result
      }),
    )
    turns.stop()
    expect(results.filter((result) => result.ok)).toHaveLength(500)
    expect(Math.max(...ended.values())).toBeLessThanOrEqual(10)
    await subject.close()
  })

  for (const shape of [oneTable, credentialsTable, splitTables, rolesAndSessions]) {
    it(`a status that another transaction changes meanwhile is seen: ${shape.name}`, async () => {
      const subject = await subjectOf(shape)
      const { id, username, password, found } = await activeAccount(subject)
      const table = shape.options.table
      const { promise: committing, resolve: commit } = Promise.withResolvers<void>()
      const { promise: changed, resolve: hasChanged } = Promise.withResolvers<void>()
      const other = await on.open()
      const schema = String(
        (await subject.probe.run('SELECT current_schema() AS name'))[0]?.['name'],
      )
      const suspending = other.db.transaction().execute(async (trx) => {
        await trx
          .withSchema(schema)
          .updateTable(table)
          .set({ status: 'suspended' })
          .where('id', '=', id)
          .execute()
        hasChanged()
        await committing
      })
      await changed
      const resetting = written(found)
      await until(async () => {
        const [row] = await subject.probe.run(
          "SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
        )
        return Number(row?.['waiting']) > 0
      })
      commit()
      await suspending
      expect(await resetting).toMatchObject({
        outcome: 'refused',
        code: 'not_eligible',
        detail: { status: 'suspended' },
      })
      await subject.setStatus(id, 'active')
      expect(await subject.signIn(username, password)).toBe('open')
      await other.close()
      await subject.close()
    })
  }

  const refers = 'ALTER TABLE user_roles ADD FOREIGN KEY (user_id) REFERENCES users (id)'
  it.each([
    { shape: rolesAlone, touch: ['UPDATE users SET username = username'] },
    { shape: rolesAlone, prepare: [refers] },
    { shape: rolesAndSessions, touch: ['UPDATE users SET username = username'] },
    { shape: credentialsAndRoles, touch: ['UPDATE accounts SET username = username'] },
    { shape: credentialsAndRoles, touch: ['UPDATE credentials SET temporary = temporary'] },
    { shape: rolesAlone, prepare: [refers], isolation: 'repeatable read' },
    { shape: rolesAndSessions, prepare: [refers], isolation: 'serializable' },
  ])(
    'a role that is granted while the reset waits is seen: $shape.name, $touch, $isolation',
    async (given) => {
      const { shape, prepare = [], touch = [], isolation = 'read committed' } = given
      const settings = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
      const { db, probe, close } = await on.open({ settings })
      const subject = await conformanceSubject(shape, probe, db, close)
      for (const statement of prepare) await probe.run(statement)
      const { store } = subject
      const { id, username, password, found } = await activeAccount(subject)
      let resetting: ReturnType<typeof written> | undefined
      await db.transaction().execute(async (trx) => {
        for (const statement of touch) await sql.raw(statement).execute(trx)
        await sql`INSERT INTO user_roles (user_id, role) VALUES (${id}, 'admin')`.execute(trx)
        resetting = written(found)
        await until(async () => {
          const [row] = await probe.run(
            "SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
          )
          return Number(row?.['waiting']) > 0
        })
      })
      expect(await resetting).toMatchObject({ outcome: 'refused', code: 'conflict' })
      expect((await userIn(store, id)).privileged).toBe(true)
      expect(await subject.signIn(username, password)).toBe('open')
      await close()
    },
  )
})

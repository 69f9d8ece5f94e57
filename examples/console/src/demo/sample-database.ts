import { randomBytes } from 'node:crypto'
import { generateTemporaryPassword } from '@force-reset/core'
import { type QueryExecutorProvider, sql } from 'kysely'
import { passwordCheck } from '../accounts/password-check.ts'
import { type SampleAccount, sampleAccounts, sampleUser } from './sample-accounts.ts'

/** The user whose password is known. */
export interface KnownUser {
  readonly username: string
  readonly password: string
}

const dayMs = 86_400_000

/**
 * Creates the table of sample accounts in an empty database. Only one of them has a password that
 * anybody knows.
 */
export async function createSampleDatabase(
  db: QueryExecutorProvider,
  now: number = Date.now(),
): Promise<KnownUser> {
  await sql`CREATE TABLE users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    email TEXT,
    display_name TEXT,
    status TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT,
    employee_number TEXT,
    ends_on TEXT,
    password_hash TEXT,
    must_change_password INTEGER NOT NULL DEFAULT 0,
    password_expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  )`.execute(db)
  const passwords = await passwordCheck()
  const known = { username: sampleUser, password: generateTemporaryPassword().reveal() }
  const knownHash = await passwords.hash(known.password)
  const nobodysHash = await passwords.hash(randomBytes(32).toString('base64'))
  for (const [index, account] of sampleAccounts.entries())
    await insert(db, account, {
      id: String(1001 + index),
      ...factsOf(account, index, now),
      passwordHash: account.username === known.username ? knownHash : nobodysHash,
      createdAt: new Date(now - (400 - index * 7.3) * dayMs),
      updatedAt: new Date(now - (((index * 37) % 90) + 1.3) * dayMs),
    })
  return known
}

const departments = ['Nursing', 'Surgery', 'Pharmacy', 'Radiology', 'Laboratory', 'Catering', 'IT']

/** What tells the people of one name apart. A program is in no department. */
function factsOf(
  { displayName, status }: SampleAccount,
  index: number,
  now: number,
): Pick<Rest, 'department' | 'employeeNumber' | 'endsOn'> {
  if (displayName === null) return { department: null, employeeNumber: null, endsOn: null }
  const ends = status === 'active' && index % 6 === 5
  return {
    department: departments[index % departments.length] ?? null,
    employeeNumber: String(20_417 + index * 13),
    endsOn: ends ? new Date(now + (30 + index) * dayMs).toISOString() : null,
  }
}

interface Rest {
  readonly id: string
  readonly department: string | null
  readonly employeeNumber: string | null
  readonly endsOn: string | null
  readonly passwordHash: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

async function insert(
  db: QueryExecutorProvider,
  account: SampleAccount,
  rest: Rest,
): Promise<void> {
  const { username, email, displayName, status, role } = account
  const { id, department, employeeNumber, endsOn, passwordHash, createdAt, updatedAt } = rest
  const statement = sql`INSERT INTO users
    (id, username, email, display_name, status, role, department, employee_number, ends_on,
      password_hash, created_at, updated_at)
    VALUES (${id}, ${username}, ${email}, ${displayName}, ${status}, ${role}, ${department},
      ${employeeNumber}, ${endsOn}, ${passwordHash}, ${createdAt.toISOString()},
      ${updatedAt.toISOString()})`
  await statement.execute(db)
}

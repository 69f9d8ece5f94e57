import type { TestProject } from 'vitest/node'

/** Names the Node that runs the tests, and refuses another one than `EXPECTED_NODE` asks for. */
export default function setup(project: TestProject): void {
  const expected = process.env['EXPECTED_NODE']
  project.vitest.logger.log(`Node ${process.version}`)
  if (expected !== undefined && process.version !== expected) {
    throw new Error(`The tests run on Node ${process.version}, but ${expected} was asked for.`)
  }
}

// Runs the test projects and says in the last line what came of them: "N passed, N failed, N skipped".
// `--project NAME` (repeatable) picks projects; what else is given goes to vitest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const given = process.argv.slice(2);
const picked = given.flatMap((one, index) => (one === '--project' ? [given[index + 1]] : []));
const rest = given.filter((one, index) => one !== '--project' && given[index - 1] !== '--project');
const projects = picked.length > 0 ? picked : ['unit', 'flow', 'chaos'];
const directory = mkdtempSync(join(tmpdir(), 'switchyard-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
let broken = false;

for (const project of projects) {
  const report = join(directory, `${project}.json`);
  const code = await new Promise((resolve) => {
    const run = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...rest], { stdio: 'inherit' });
    run.on('exit', (exit) => resolve(exit ?? 1));
  });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests;
    totals.skipped += result.numPendingTests + result.numTodoTests;
    for (const file of result.testResults) {
      const skipped = file.assertionResults.filter((one) => one.status === 'skipped' || one.status === 'pending');
      if (skipped.length > 0) console.log(`skipped in ${file.name.replace(`${process.cwd()}/`, '')}: ${skipped.map((one) => one.fullName).join('; ')}`);
      // A file that could not even be loaded holds no test that failed, and is a failure all the same.
      if (file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed')) totals.failed += 1;
    }
    if (result.numTotalTests === 0) broken = true;
  } catch {
    broken = true;
    console.log(`${project}: vitest ended without a report`);
  }
  if (code !== 0) broken = true;
}
rmSync(directory, { recursive: true, force: true });
if (broken && totals.failed === 0) totals.failed = 1;
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

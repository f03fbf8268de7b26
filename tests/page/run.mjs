// Drives the review page. `scripts/test-page.sh` prepares what this needs and runs it.

import { run } from './harness.mjs';
import './deciding.mjs';
import './files.mjs';
import './looks.mjs';
import './safety.mjs';
import './speed.mjs';

await run(process.argv.slice(2));

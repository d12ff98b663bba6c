// Converts the whole source tree with Salesforce's own command line, and counts that nothing was left out.
import { spawnSync } from 'child_process';
import { existsSync, readFileSync, rmSync } from 'fs';
import { fileURLToPath } from 'url';

const WANTED = [22, 19];
const CLI = '@salesforce/cli';
const here = fileURLToPath(new URL('.', import.meta.url));
const home = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

function run(command, given, cwd) {
    const quiet = { SF_DISABLE_TELEMETRY: 'true', SF_AUTOUPDATE_DISABLE: 'true', SF_SKIP_NEW_VERSION_CHECK: 'true' };
    const { status } = spawnSync(command, given, { cwd, env: { ...process.env, ...quiet }, stdio: 'inherit' });
    if (status !== 0) {
        process.exit(status ?? 1);
    }
}

if (major < WANTED[0] || (major === WANTED[0] && minor < WANTED[1])) {
    console.log(`not converted: ${CLI} needs Node ${WANTED.join('.')} or newer, this is ${process.versions.node}`);
    process.exit(0);
}
const wanted = JSON.parse(readFileSync(`${here}package.json`, 'utf8')).devDependencies[CLI];
const held = `${here}node_modules/${CLI}/package.json`;
if (!existsSync(held) || JSON.parse(readFileSync(held, 'utf8')).version !== wanted) {
    run('npm', ['install', '--silent'], here);
}
rmSync(`${home}build`, { recursive: true, force: true });
const source = ['--source-dir', 'force-app', '--source-dir', 'own-app', '--output-dir', 'build'];
run(`${here}node_modules/.bin/sf`, ['project', 'convert', 'source', ...source], home);
const members = readFileSync(`${home}build/package.xml`, 'utf8').match(/<members>/g) ?? [];
console.log(`${CLI} ${wanted}, Node ${process.versions.node}: ${members.length} members`);

/** Starts the embedded database of a folder, says so, and holds it until it is killed. */
import { startEmbeddedPostgres } from '../../store/embedded-postgres.ts';
import { quiet } from '../support/services/database.ts';

const [dataDir, rootFolder] = process.argv.slice(2) as [string, string];
try {
  const database = await startEmbeddedPostgres({ dataDir, rootFolder, log: quiet });
  // Before the word that it runs: whoever reads it may kill at once.
  process.on('SIGTERM', () => {
    void database.stop().then(() => process.exit(0));
  });
  setInterval(() => {}, 1000);
  console.log(JSON.stringify({ adopted: database.adopted, pid: await database.pid() }));
} catch (error) {
  console.log(JSON.stringify({ error: (error as Error).name, message: (error as Error).message }));
  process.exit(3);
}

// Build host/static/dist: one script, one style sheet, the same bytes every time.
import { build } from "esbuild";

const common = { bundle: true, minify: true, target: "es2020", logLevel: "warning", legalComments: "none" };
const out = "../static/dist";

await build({ ...common, entryPoints: ["src/app.js"], outfile: `${out}/app.js`, format: "iife" });
await build({ ...common, entryPoints: ["src/app.css"], outfile: `${out}/app.css`, external: ["data:*"] });

await build({ ...common, entryPoints: ["src/studio.css"], outfile: `${out}/studio.css`, external: ["data:*"] });

await build({ ...common, entryPoints: ["src/reports.css"], outfile: `${out}/reports.css`, external: ["data:*"] });

// The public's pages load nothing else.
await build({ ...common, entryPoints: ["src/public.css"], outfile: `${out}/public.css`, external: ["data:*"] });

// Only pages that draw a diagram load this.
await build({ ...common, entryPoints: ["src/where.js"], outfile: `${out}/where.js`, format: "iife" });
await build({ ...common, entryPoints: ["src/where.css"], outfile: `${out}/where.css`, external: ["data:*"] });
await build({ ...common, entryPoints: ["src/year.css"], outfile: `${out}/year.css`, external: ["data:*"] });

/** The Titanic's passengers for tests: the real file where SLUICE_TEST_DATA names its folder, else a
 *  seeded look-alike of the same size, with as many empty fields. @module */
import { join } from "node:path";

export const PASSENGERS = { rows: 891, withoutAge: 177, withoutPort: 2 };

/** The path of a titanic.csv; a look-alike is written into `folder`. */
export async function passengersFile(folder: string): Promise<string> {
  const data = Deno.env.get("SLUICE_TEST_DATA");
  if (data !== undefined) return join(data, "titanic.csv");
  const path = join(folder, "titanic.csv");
  await Deno.writeTextFile(path, lookalike());
  return path;
}

function lookalike(): string {
  const lines = Array.from({ length: PASSENGERS.rows }, (_, at) => {
    const sex = at % 3 === 0 ? "male" : "female";
    const age = at % 5 === 0 && at < PASSENGERS.withoutAge * 5 ? "" : 1 + (at * 7) % 80;
    const port = at === 61 || at === 829 ? "" : "SCQ"[at % 3];
    return `${at + 1},${at % 2},${1 + at % 3},"Doe, Mr. ""J"" ${at}",${sex},${age},` +
      `${at % 4},${at % 3},A/5 ${at},${(7 + at / 8).toFixed(4)},${at % 4 ? "" : `C${at}`},${port}`;
  });
  const header = "PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked";
  return [header, ...lines].join("\n") + "\n";
}

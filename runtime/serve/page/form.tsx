/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** Forms that change something: the script in `client/forms.ts` sends what they hold to the API as JSON. @module */
import type { Child } from "hono/jsx";
import type { Parameter } from "../../compile/pipeline.ts";

export interface CallProps {
  /** A method and a path of the API: `POST /api/runs`. */
  readonly call: string;
  /** What follows: the page of what was made is opened, or this page is drawn anew. */
  readonly then: "open" | "redraw";
  /** The file that the change is for. */
  readonly etag?: string;
  readonly class?: string;
  readonly id?: string;
  readonly children: Child;
}

/** A form that calls the API; where it refuses, its words stand below the form. */
export function CallForm({ call, then, etag, id, children, class: kind }: CallProps) {
  return (
    <form id={id} class={kind} data-call={call} data-then={then} data-etag={etag}>
      {children}
      <output class="bad" role="alert"></output>
    </form>
  );
}

/** One button that changes something. */
export function CallButton(
  { call, then, text, confirm }: {
    readonly call: string;
    readonly then: CallProps["then"];
    readonly text: string;
    /** Asked before. */
    readonly confirm?: string;
  },
) {
  return (
    <CallForm call={call} then={then} class="one">
      <button type="submit" data-confirm={confirm}>{text}</button>
    </CallForm>
  );
}

/** A labelled part of a form. */
export function Field(
  { label, hint, children }: {
    readonly label: string;
    readonly hint?: string;
    readonly children: Child;
  },
) {
  return (
    <label class="field">
      <span>{label}</span>
      {children}
      {hint === undefined ? "" : <small class="quiet">{hint}</small>}
    </label>
  );
}

/** A field for each parameter of a pipeline; one that is left empty keeps what stands in it in grey. */
export function Variables(
  { parameters, set = {} }: {
    readonly parameters: readonly Parameter[];
    /** What a trigger says of them. */
    readonly set?: Readonly<Record<string, string>>;
  },
) {
  if (parameters.length === 0) return <p class="quiet">The pipeline has no parameters.</p>;
  return (
    <fieldset>
      <legend>Variables</legend>
      {parameters.map(({ name, source }) => (
        <Field key={name} label={name}>
          <input
            name={`variables.${name}`}
            placeholder={set[name] ?? unquoted(source)}
            autocomplete="off"
            spellcheck={false}
          />
        </Field>
      ))}
    </fieldset>
  );
}

/** Text as a person types it: `--var` takes it without quotes. */
function unquoted(source: string): string {
  const [, , text] = /^(["'`])([^"'`\\$]*)\1$/.exec(source.trim()) ?? [];
  return text ?? source;
}

/** Pulumi mocks for the wiring of components: records what is registered, and answers as the resources would. */
import * as pulumi from "@pulumi/pulumi";

/** What a component registered. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Starts recording; call it before a component is made. `answers` gives the outputs of a resource beyond its inputs. */
export async function recordResources(
  answers: (resource: Recorded) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const { __provider: _code, ...own } = inputs;
        const resource = { type, name, inputs: own };
        recorded.push(resource);
        return { id: `${name}-id`, state: { ...own, ...answers(resource) } };
      },
      call: ({ inputs }) => inputs,
    },
    "cinema-jetstream",
    "hub",
    false,
  );
  return recorded;
}

/** The value of an output, secrets included. */
export function resolved<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => output.apply((value) => resolve(value as pulumi.Unwrap<T>)));
}

/**
 * The name under which a conversation keeps that a tool with an effect, which a model has asked for, waits for the customer's
 * yes; rules see it as `open.flow`. No flow of a site can have it.
 */
export const confirmationName = ({ name }: { readonly name: string }): string => `tool:${name}`;

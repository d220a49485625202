import { expect } from "chai";
import { candidateOf, retiredSubject, streamAt } from "../../../../cli/topology/promote/candidate";
import type { StreamDeclaration } from "../../../../streams/declarations";
import { aTopology, copy, films, posters } from "./a-promotion";

const found = (...streams: readonly StreamDeclaration[]) => candidateOf(aTopology(...streams), streams[1] ?? copy);

describe("the promotion that is asked for", () => {
  it("is a mirror of a declared stream, with those that gather from its origin", () => {
    const candidate = found(films, copy, posters);
    expect(candidate).to.deep.include({ stream: copy, origin: films, isWritten: false });
    expect(candidate?.followers.map(({ follower }) => follower)).to.deep.equal([posters]);
  });

  it("is known again once it is written: the old origin names the stream that took its place", () => {
    const { mirror: _mirror, ...rest } = copy;
    const written = { ...rest, subjects: ["films.>"] };
    const retired = { ...films, subjects: [retiredSubject(copy)] };
    expect(found(retired, written, posters)).to.deep.include({ stream: written, origin: retired, isWritten: true });
    expect(found(films, written)).to.equal(undefined);
  });

  for (const [asked, said] of [
    [
      "cinema-x/films-copy",
      "there is no location 'cinema-x' in 'cinema-x/films-copy'; allowed: hub, cinema-a, cinema-b; did you mean 'cinema-a/films-copy'?",
    ],
    [
      "cinema-a/film-copy",
      "there is no stream 'film-copy' in location 'cinema-a'; allowed: the mirrors cinema-a/films-copy; did you mean 'cinema-a/films-copy'?",
    ],
    ["cinema-a", "there is no stream '' in location 'cinema-a'; allowed: the mirrors cinema-a/films-copy"],
  ] as const)
    it(`'${asked}' is nowhere, and the nearest one is told`, () => {
      expect(() => streamAt(aTopology(films, copy), asked)).to.throw(said);
    });

  const external = { apiPrefix: "$JS.other.API", deliverPrefix: "" };
  const refused: readonly (readonly [string, readonly StreamDeclaration[], string])[] = [
    ["an aggregate", [films, posters], "it gathers several origins ('sources')"],
    [
      "a mirror of another account's stream",
      [films, { ...copy, mirror: { location: "hub", stream: "films", external } }],
      "is not declared here",
    ],
    [
      "a mirror of what is not declared",
      [films, { ...copy, mirror: { location: "hub", stream: "film" } }],
      "its origin hub/film is not declared here",
    ],
    [
      "a mirror of a part",
      [films, { ...copy, mirror: { location: "hub", stream: "films", filterSubject: "films.a" } }],
      "a part of its origin only ('filterSubject')",
    ],
    [
      "a mirror of a mirror",
      [copy, { ...copy, location: "cinema-b", mirror: { location: "cinema-a", stream: "films-copy" } }],
      "promote the first of the chain",
    ],
    [
      "one of two mirrors",
      [films, copy, { ...copy, location: "cinema-b" }],
      "cinema-b/films-copy mirrors hub/films too, and a mirror is never given another origin (10055)",
    ],
    [
      "one whose origin feeds a part of itself",
      [films, copy, { ...posters, sources: [{ location: "hub", stream: "films", filterSubject: "films.a" }] }],
      "cinema-b/posters takes a part of hub/films ('filterSubject')",
    ],
  ];
  for (const [what, streams, said] of refused)
    it(`refuses ${what}`, () => {
      expect(() => found(...streams))
        .to.throw(said)
        .with.property("message")
        .that.contains("; allowed: ")
        .and.contains("nothing was changed");
    });
});

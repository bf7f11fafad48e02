import Testing

@testable import PostgresClient

struct SQLScriptTests {
  private func statements(_ text: String) throws -> [String] { try SQLScript(text).statements }

  @Test func endsStatementsAtTheirSemicolons() throws {
    let script = try SQLScript(
      """
      -- What it is for.
      -- needs: 3

      create table a (id bigint);

      -- Not part of a statement.
      /* Nor /* this */ one; */
      insert into a
        values (1) ;
      """)
    #expect(script.header == ["What it is for.", "needs: 3"])
    #expect(script.statements == ["create table a (id bigint)", "insert into a\n  values (1)"])
    #expect(try statements("-- Nothing.\n") == [])
  }

  @Test(arguments: [
    "select 'a;b', 'it''s;', E'\\';', \"c;\"\"d\" from t",
    "select $1, $$a;b$$, $tag$ $$;$$ $x$; $tag$ from a$b$c",
    "select 1 -- one; two\n  + 2 /* three; */",
    "do $$ begin perform 1; end $$",
    "create rule r as on insert to t do instead (select 1; select 2)",
    "insert into größe values ('ä;')",
  ])
  func leavesASemicolonInsideAStatementAlone(statement: String) throws {
    #expect(try statements("\(statement);\nselect 2;") == [statement, "select 2"])
  }

  @Test func readsABodyOfSQLToItsEnd() throws {
    let function = """
      create or replace function f(begin_at int) returns int language sql
      begin atomic
        select case when begin_at > 0 then 1 else 2 end;
        select (case when true then 3 end);
      end
      """
    #expect(try statements("\(function);\nselect 1;") == [function, "select 1"])
    #expect(try statements("begin;\nend;") == ["begin", "end"])
  }

  @Test(arguments: [
    ("select 1;\nselect 'a", 2, "a quote does not end"),
    ("select $a$ $$;", 1, "a dollar quote does not end"),
    ("/* /* */", 1, "a comment does not end"),
    ("select (1;", 1, "a statement has no semicolon at its end"),
    ("select 1);", 1, "a parenthesis closes that none opened"),
    ("select 1;\n\nselect 2", 3, "a statement has no semicolon at its end"),
  ])
  func saysWhereATextIsCut(text: String, line: Int, problem: String) {
    #expect(throws: SQLScript.SyntaxError(line: line, problem: problem)) { try SQLScript(text) }
  }
}

/* Rotation of refresh tokens, for spin: two servers on one store, one of which may crash, once, anywhere.
 *
 * in here        in the program
 * row            a session's row in the store; `open`: rotated less than REFRESH_REUSE_INTERVAL ago
 * redeem()       what the store does with a refresh token, in one transaction
 * known[]        a server's copy of the revocations in memory, by which it judges access tokens
 * Clock          lets the interval pass, whenever it likes
 * Client 0, 1    two tabs of a browser with one jar of tokens; whose answer is lost tries again. What the
 *                SLOW one sends may be long under way, and the jar may hold another token by then
 * Client 2       a thief, who copies what is in the jar, once, whenever he likes
 * Leaver         logs out, and tries again until he is answered
 *
 * A token is a number. The LAST is not rotated (503), so that there is an end. Only the invariants, which are
 * the assertions, read `ghost`. Each fault must be found:
 *   -DFAULT=1  the row is read in one step and written in another
 *   -DFAULT=2  a retry draws a child of its own
 *   -DFAULT=3  a server that starts serves before it has read the revocations
 * drills/model.py runs it, and tests/model/test_rotation.py. */

#ifndef FAULT
#define FAULT 0
#endif
#ifndef LAST
#define LAST 3
#endif
#define SLOW 1
#define THIEF 2
#define LEAVER 3
#define REFUSED 0
#define LOST 255 /* no answer: connection cut, server gone, or 503 */
#define LEFT 254

typedef Row { byte head; byte parent; bool open; bool ended; byte audits };
typedef Ghost {
  byte child[LAST + 1]; /* that a token was given; 0: not redeemed yet */
  bool over[LAST + 1];  /* the interval of the token has passed */
  bool told[2];         /* the server has acknowledged the logout */
  bool left
};
Row row;
Ghost ghost;
byte issued = 1; /* ids that were drawn */
byte jar[2];     /* the newest token: the browser's, the thief's */
bool known[2];
bool crashed;
chan to[2] = [0] of { bool, byte, byte };
chan back[4] = [0] of { byte };

#if FAULT == 1
Row copy[2];
#define seen copy[me]
#define READ d_step { seen.head = row.head; seen.parent = row.parent; seen.open = row.open; seen.ended = row.ended }
#else
#define seen row
#define READ skip
#endif

inline draw(p) { issued++; got = issued; row.parent = p; row.head = got; row.open = true }

inline redeem(p) {
  was_ended = row.ended;
  /* Redeemed before, and its interval has passed or its child was redeemed. */
  late = ghost.child[p] != 0 && (ghost.over[p] || ghost.child[ghost.child[p]] != 0);
  if
  :: seen.ended -> got = REFUSED
  :: !seen.ended && p == seen.head && issued == LAST -> got = LOST
  :: !seen.ended && p == seen.head && issued < LAST -> draw(p)
  :: !seen.ended && p == seen.parent && seen.open && (FAULT != 2 || issued == LAST) -> got = seen.head
  :: !seen.ended && p == seen.parent && seen.open && (FAULT == 2 && issued < LAST) -> draw(p)
  :: !seen.ended && p != seen.head && !(p == seen.parent && seen.open) ->
     got = REFUSED; row.ended = true; row.audits++
  fi;
  if
  :: got != REFUSED && got != LOST ->
     assert(ghost.child[p] == 0 || ghost.child[p] == got); /* AT MOST ONE LIVE CHILD, THE SAME ON RETRY */
     assert(!ghost.told[0] && !ghost.told[1]);             /* NO ACKNOWLEDGED END IS UNDONE */
     ghost.child[p] = got
  :: else
  fi;
  assert(got != REFUSED || was_ended || late);        /* NO ACKNOWLEDGED GRANT IS LOST */
  assert(!row.ended || ghost.left || row.audits > 0); /* NO SESSION IS LOST WITHOUT REUSE OR LOGOUT */
  assert(!late || row.ended);                         /* THIEF AND ROBBED CANNOT BOTH GO ON */
  assert(row.audits <= 1);                            /* ONE RECORD OF IT */
  late = false; was_ended = false
}

inline crash() { !crashed -> crashed = true }

inline forget() { d_step { leaves = false; who = 0; token = 0; got = 0 } }

proctype Server(bit me) {
  bool leaves, late, was_ended; byte who, token, got;
start:
  known[me] = (FAULT == 3 -> false : row.ended);
end:
  do
  :: atomic {
       to[me]?leaves(who, token);
       if
       :: leaves -> row.ended = true; ghost.left = true; got = LEFT
       :: !leaves -> READ; if :: FAULT == 1 -> goto apart :: FAULT != 1 -> d_step { redeem(token) } fi
       fi;
       goto answer
     }
apart:
     skip;
     d_step { redeem(token) };
answer:
     atomic {
       if
       :: crash(); back[who]!LOST; forget(); goto start
       :: known[me] = known[me] || (got != LOST && row.ended);
          ghost.told[me] = ghost.told[me] || leaves;
          if :: back[who]!got :: back[who]!LOST fi;
          forget()
       fi
     }
  :: atomic { crash(); goto start }
  :: atomic { known[me] != row.ended -> known[me] = row.ended } /* reads on in the log */
  :: assert(known[me] || !ghost.told[me]) /* an access token comes: NO ACKNOWLEDGED END IS UNDONE */
  od
}

#define TOKEN (me == SLOW -> sent : jar[mine])

proctype Client(byte me; bit mine) {
  byte got, sent;
  if :: me == THIEF -> jar[1] = jar[0] :: me != THIEF fi;
  do
  :: if :: me == SLOW -> sent = jar[mine] :: me != SLOW fi;
     if :: to[0]!false(me, TOKEN) :: to[1]!false(me, TOKEN) fi;
     atomic {
       back[me]?got;
       if
       :: got == REFUSED -> break
       :: got != REFUSED && got != LOST && got > jar[mine] -> jar[mine] = got
       :: got != REFUSED && (got == LOST || got <= jar[mine])
       fi;
       got = 0; sent = 0
     }
  od
}

proctype Leaver() {
  byte got;
  do
  :: if :: to[0]!true(LEAVER, 0) :: to[1]!true(LEAVER, 0) fi;
     atomic { back[LEAVER]?got; if :: got == LOST -> got = 0 :: got != LOST -> break fi }
  od
}

proctype Clock() {
end:
  do
  :: d_step { row.open -> row.open = false; ghost.over[row.parent] = true }
  od
}

init {
  atomic {
    row.head = 1; jar[0] = 1;
    run Server(0); run Server(1); run Clock(); run Leaver();
    run Client(0, 0); run Client(1, 0); run Client(THIEF, 1)
  }
}

//+------------------------------------------------------------------+
//| Polls an Anso Vision server and follows its signals.             |
//| Trades on demo accounts alone unless AllowRealAccount is set.    |
//|                                                                  |
//| Allow the server first: Tools > Options > Expert Advisors >      |
//| "Allow WebRequest for listed URL". Attach to one chart only.     |
//| What the server publishes has no measured edge: see the README.  |
//+------------------------------------------------------------------+
#property copyright "MIT licence"
#property version   "1.00"

#include <Trade/Trade.mqh>

input string Server           = "http://127.0.0.1:8080"; // Address of the server, without a slash at the end
input int    PollSeconds      = 5;     // Seconds between two questions
input double Volume           = 0.01;  // Lots of each order
input string SymbolPrefix     = "";    // What the broker puts before a symbol
input string SymbolSuffix     = "";    // ... and after it, as in "EURUSD.m"
input int    MaxAgeSeconds    = 60;    // Older signals are not followed
input double MaxSlippage      = 0.25;  // Largest distance from entry, as a share of entry to SL
input int    MaxPositions     = 10;    // Open positions at most
input long   Magic            = 190726; // Marks the positions of this advisor, together with the 1440 numbers above it
input bool   AllowRealAccount = false; // Real money: only after watching it on a demo account

// The header of GET /signals?format=csv. Columns are found by name, so further ones do no harm.
string needed[] = {"id", "created_at", "symbol", "timeframe", "signal_type", "entry", "tp", "sl", "expires_at", "status"};
enum Column { ID, CREATED_AT, SYMBOL, TIMEFRAME, SIGNAL_TYPE, ENTRY, TP, SL, EXPIRES_AT, STATUS };

CTrade trade;
string cursor = "";      // Newest signal that was seen; empty until the first answer
string lastProblem = ""; // Said once, not every few seconds

int OnInit()
  {
   if(AccountInfoInteger(ACCOUNT_TRADE_MODE) != ACCOUNT_TRADE_MODE_DEMO && !AllowRealAccount)
     {
      Print("Anso Vision: this is no demo account, and AllowRealAccount is off. Nothing is traded.");
      return(INIT_FAILED);
     }
   if(AccountInfoInteger(ACCOUNT_MARGIN_MODE) != ACCOUNT_MARGIN_MODE_RETAIL_HEDGING)
     {
      Print("Anso Vision: a hedging account is needed, so that signals of several timeframes stay apart.");
      return(INIT_FAILED);
     }
   if(PollSeconds < 1 || Volume <= 0 || Magic < 0)
      return(INIT_PARAMETERS_INCORRECT);
   trade.SetDeviationInPoints(20);
   EventSetTimer(PollSeconds);
   return(INIT_SUCCEEDED);
  }

void OnDeinit(const int reason)
  {
   EventKillTimer();
  }

void OnTimer()
  {
   CloseExpired();
   string headers, body;
   // The first answer only tells where to begin: what was issued before is not followed.
   string query = cursor == "" ? "&limit=1" : "&limit=100&status=open&since=" + cursor;
   if(!Get(Server + "/signals?format=csv" + query, headers, body))
      return;
   string latest = Header(headers, "X-Latest");
   if(cursor != "")
      FollowAll(body);
   if(latest != "")
      cursor = latest;
   else if(cursor == "")
      cursor = "0";
  }

bool Get(const string url, string &headers, string &body)
  {
   char data[], result[];
   ResetLastError();
   int status = WebRequest("GET", url, "", 5000, data, result, headers);
   if(status == 200)
     {
      body = CharArrayToString(result, 0, WHOLE_ARRAY, CP_UTF8);
      lastProblem = "";
      return(true);
     }
   string problem = status == -1
                    ? StringFormat("no answer, error %d (4014: allow the URL in the options)", GetLastError())
                    : StringFormat("status %d", status);
   if(problem != lastProblem)
      Print("Anso Vision: ", problem);
   lastProblem = problem;
   return(false);
  }

// Value of a header line, whatever the case of its name.
string Header(const string headers, const string name)
  {
   string lines[];
   int count = StringSplit(headers, '\n', lines);
   for(int i = 0; i < count; i++)
     {
      int colon = StringFind(lines[i], ":");
      if(colon < 0)
         continue;
      string key = StringSubstr(lines[i], 0, colon);
      string wanted = name;
      StringToLower(key);
      StringToLower(wanted);
      if(key != wanted)
         continue;
      string value = StringSubstr(lines[i], colon + 1);
      StringTrimLeft(value);
      StringTrimRight(value);
      return(value);
     }
   return("");
  }

void FollowAll(const string body)
  {
   string lines[];
   int count = StringSplit(body, '\n', lines);
   if(count < 2)
      return;
   string names[];
   StringReplace(lines[0], "\r", "");
   int columns = StringSplit(lines[0], ',', names);
   int place[];
   ArrayResize(place, ArraySize(needed));
   for(int n = 0; n < ArraySize(needed); n++)
     {
      place[n] = -1;
      for(int c = 0; c < columns; c++)
         if(names[c] == needed[n])
            place[n] = c;
      if(place[n] < 0)
        {
         Print("Anso Vision: the answer lacks the column ", needed[n]);
         return;
        }
     }
   // Newest first in the answer, oldest first here.
   for(int i = count - 1; i > 0; i--)
     {
      string cells[], row[];
      StringReplace(lines[i], "\r", "");
      if(StringSplit(lines[i], ',', cells) < columns)
         continue;
      ArrayResize(row, ArraySize(needed));
      for(int n = 0; n < ArraySize(needed); n++)
         row[n] = cells[place[n]];
      Follow(row);
     }
  }

void Follow(const string &row[])
  {
   string symbol = SymbolPrefix + row[SYMBOL] + SymbolSuffix;
   bool isBuy = row[SIGNAL_TYPE] == "BUY";
   if(!isBuy && row[SIGNAL_TYPE] != "SELL")
      return;
   long magic = Magic + Minutes(row[TIMEFRAME]);
   // The opposite direction ends what is open, whether or not the new signal can be followed.
   CloseOpposite(symbol, magic, isBuy);

   long now = (long)TimeGMT();
   if(now - StringToInteger(row[CREATED_AT]) / 1000 > MaxAgeSeconds)
     {
      Print("Anso Vision: ", row[ID], " is too old to follow (is this computer's clock right?)");
      return;
     }
   long expires = StringToInteger(row[EXPIRES_AT]) / 1000;
   if(row[STATUS] != "open" || now >= expires || CountPositions() >= MaxPositions)
      return;
   // One order for each signal, also where this advisor sits on two charts or is started again.
   string seen = "AnsoVision " + row[ID];
   if(GlobalVariableCheck(seen))
      return;
   GlobalVariableSet(seen, (double)now);
   if(!SymbolSelect(symbol, true))
     {
      Print("Anso Vision: the broker has no ", symbol, " (see SymbolPrefix and SymbolSuffix)");
      return;
     }
   MqlTick tick;
   if(!SymbolInfoTick(symbol, tick) || tick.ask <= 0 || tick.bid <= 0)
     {
      Print("Anso Vision: ", row[ID], " is not followed, there is no price of ", symbol, " yet");
      return;
     }

   double entry = StringToDouble(row[ENTRY]);
   double tp = OnGrid(symbol, StringToDouble(row[TP]));
   double sl = OnGrid(symbol, StringToDouble(row[SL]));
   double price = isBuy ? tick.ask : tick.bid;
   // Levels are reached, and checked by the broker, at the price that would close the position.
   double closing = isBuy ? tick.bid : tick.ask;
   double room = (double)SymbolInfoInteger(symbol, SYMBOL_TRADE_STOPS_LEVEL) * SymbolInfoDouble(symbol, SYMBOL_POINT);
   double toTp = isBuy ? tp - closing : closing - tp;
   double toSl = isBuy ? closing - sl : sl - closing;
   if(tp <= 0 || sl <= 0 || toTp <= room || toSl <= room)
     {
      Print("Anso Vision: ", row[ID], " is not followed, the price is too near to a level or past it");
      return;
     }
   if(MathAbs(price - entry) > MaxSlippage * MathAbs(entry - sl))
     {
      Print("Anso Vision: ", row[ID], " is not followed, the price has left its entry");
      return;
     }
   double lots = Lots(symbol);
   if(lots <= 0)
     {
      Print("Anso Vision: ", row[ID], " is not followed, the broker's least volume of ", symbol, " is above Volume");
      return;
     }
   // For the eye alone: brokers cut and change comments.
   string comment = StringSubstr(row[TIMEFRAME] + " " + row[ID], 0, 31);
   trade.SetExpertMagicNumber((ulong)magic);
   trade.SetTypeFillingBySymbol(symbol);
   bool sent = isBuy ? trade.Buy(lots, symbol, price, sl, tp, comment) : trade.Sell(lots, symbol, price, sl, tp, comment);
   uint code = trade.ResultRetcode();
   if(sent && (code == TRADE_RETCODE_DONE || code == TRADE_RETCODE_DONE_PARTIAL || code == TRADE_RETCODE_PLACED))
     {
      // The order's ticket is the identifier of the position it opens.
      GlobalVariableSet(ExpiryName((long)trade.ResultOrder()), (double)expires);
      GlobalVariablesFlush();
     }
   else
      Print("Anso Vision: ", row[ID], " was refused: ", trade.ResultRetcodeDescription());
  }

// Length of a timeframe as the server writes it: 15min, 4h, 1day.
long Minutes(const string timeframe)
  {
   long count = StringToInteger(timeframe);
   if(StringFind(timeframe, "day") > 0)
      return(count * 1440);
   return(StringFind(timeframe, "h") > 0 ? count * 60 : count);
  }

// The nearest price that the broker quotes.
double OnGrid(const string symbol, const double price)
  {
   double tick = SymbolInfoDouble(symbol, SYMBOL_TRADE_TICK_SIZE);
   int digits = (int)SymbolInfoInteger(symbol, SYMBOL_DIGITS);
   return(NormalizeDouble(tick > 0 ? MathRound(price / tick) * tick : price, digits));
  }

// Never more than Volume: 0 where the broker takes only more.
double Lots(const string symbol)
  {
   double step = SymbolInfoDouble(symbol, SYMBOL_VOLUME_STEP);
   double lots = MathMin(Volume, SymbolInfoDouble(symbol, SYMBOL_VOLUME_MAX));
   if(step > 0)
      lots = NormalizeDouble(MathFloor(lots / step + 1e-9) * step, 8);
   return(lots < SymbolInfoDouble(symbol, SYMBOL_VOLUME_MIN) ? 0 : lots);
  }

string ExpiryName(const long position)
  {
   return("AnsoVision until " + IntegerToString(position));
  }

bool IsOurs()
  {
   long magic = PositionGetInteger(POSITION_MAGIC);
   return(magic >= Magic && magic <= Magic + 1440);
  }

int CountPositions()
  {
   int count = 0;
   for(int i = PositionsTotal() - 1; i >= 0; i--)
      if(PositionGetTicket(i) > 0 && IsOurs())
         count++;
   return(count);
  }

void CloseOpposite(const string symbol, const long magic, const bool isBuy)
  {
   for(int i = PositionsTotal() - 1; i >= 0; i--)
     {
      ulong ticket = PositionGetTicket(i);
      if(ticket == 0 || PositionGetInteger(POSITION_MAGIC) != magic || PositionGetString(POSITION_SYMBOL) != symbol)
         continue;
      bool heldIsBuy = PositionGetInteger(POSITION_TYPE) == POSITION_TYPE_BUY;
      if(heldIsBuy != isBuy)
         trade.PositionClose(ticket);
     }
  }

// The server gives every signal an end in time; TP and SL stand in the order itself.
void CloseExpired()
  {
   for(int i = PositionsTotal() - 1; i >= 0; i--)
     {
      ulong ticket = PositionGetTicket(i);
      if(ticket == 0 || !IsOurs())
         continue;
      string name = ExpiryName(PositionGetInteger(POSITION_IDENTIFIER));
      if(GlobalVariableCheck(name) && (double)TimeGMT() >= GlobalVariableGet(name) && trade.PositionClose(ticket))
         GlobalVariableDel(name);
     }
  }

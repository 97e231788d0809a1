<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AbnormalStrip</name>
    <message>
        <source>What is abnormal now</source>
        <translation>現在の異常</translation>
    </message>
    <message>
        <source>Waiting for the first values</source>
        <translation>最初の値を待っています</translation>
    </message>
    <message>
        <source>{n} abnormal now</source>
        <translation>異常 {n}件</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>接続なし</translation>
    </message>
    <message>
        <source>All normal</source>
        <translation>異常なし</translation>
    </message>
    <message>
        <source>{devices} devices and {values} values are watched</source>
        <translation>{devices}台、{values}項目を監視中</translation>
    </message>
    <message>
        <source>Everything was normal when last heard</source>
        <translation>最後に受信した時点では異常なし</translation>
    </message>
    <message>
        <source>{what}, since {time}. To do: {action}</source>
        <translation>{what}({time}から)。対応: {action}</translation>
    </message>
    <message>
        <source>{n} more abnormal things</source>
        <translation>ほかに{n}件の異常</translation>
    </message>
</context>
<context>
    <name>AreaTreeView</name>
    <message>
        <source>Devices</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Gateways and devices of the area</source>
        <translation>エリアのゲートウェイと機器</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>The hub refuses: {why}</source>
        <translation>ハブが接続を拒否しました。{why}</translation>
    </message>
    <message>
        <source>Reading the city model: {done} of {count} files</source>
        <translation>都市モデルを読み込み中: {done}/{count}</translation>
    </message>
    <message>
        <source>A city file cannot be shown. {why}</source>
        <translation>都市モデルのファイルを表示できません。{why}</translation>
    </message>
    <message>
        <source>The hub {url} does not answer. Values shown are the last ones heard; trying again.</source>
        <translation>ハブ {url} から応答がありません。表示中の値は最後に受信したものです。再接続を続けています。</translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>Main values of all devices</source>
        <translation>全機器の主な値</translation>
    </message>
    <message>
        <source>Values of the chosen device</source>
        <translation>選択した機器の値</translation>
    </message>
    <message>
        <source>Main values</source>
        <translation>主な値</translation>
    </message>
    <message>
        <source>Choose a device to see all of its values.</source>
        <translation>機器を選ぶと、すべての値を表示します。</translation>
    </message>
</context>
<context>
    <name>DeviceTrendPanel</name>
    <message>
        <source>Quantity to plot</source>
        <translation>グラフに表示する項目</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>Keyboard shortcuts (F1)</source>
        <translation>キーボード操作 (F1)</translation>
    </message>
    <message>
        <source>Local time of the area</source>
        <translation>エリアの現地時刻</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Smart Area Console</source>
        <translation>スマートエリア コンソール</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Overview</source>
        <translation>概要</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>エネルギー</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>All values</source>
        <translation>計測値</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Care</source>
        <translation>見守り</translation>
    </message>
    <message>
        <source>Technician</source>
        <translation>施工・保守</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>監査</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
</context>
<context>
    <name>ShortcutsSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概要</translation>
    </message>
    <message>
        <source>All values</source>
        <translation>計測値</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>Filter the values</source>
        <translation>計測値を絞り込む</translation>
    </message>
    <message>
        <source>Choose no device</source>
        <translation>機器の選択を解除</translation>
    </message>
    <message>
        <source>Next or previous control</source>
        <translation>次または前の操作部へ</translation>
    </message>
    <message>
        <source>Previous or next row</source>
        <translation>前または次の行へ</translation>
    </message>
    <message>
        <source>In a plot: move the cursor by one point</source>
        <translation>グラフで: カーソルを1点ずつ動かす</translation>
    </message>
    <message>
        <source>Switch between Japanese and English</source>
        <translation>日本語と英語を切り替える</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>明るい画面と暗い画面を切り替える</translation>
    </message>
    <message>
        <source>This sheet</source>
        <translation>この一覧</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>終了</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Model district (invented)</source>
        <translation>モデル地区(架空)</translation>
    </message>
    <message>
        <source>Readings that wait on each gateway to be sent</source>
        <translation>各ゲートウェイで送信を待っている計測値の数</translation>
    </message>
    <message>
        <source>Connecting to the hub</source>
        <translation>ハブに接続中</translation>
    </message>
    <message>
        <source>Connected since {time}</source>
        <translation>接続中 ({time}から)</translation>
    </message>
    <message>
        <source>Reconnecting, hub lost at {time}</source>
        <translation>再接続中 ({time}に切断)</translation>
    </message>
    <message>
        <source>Offline, hub lost at {time}</source>
        <translation>オフライン ({time}に切断)</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>データ未受信</translation>
    </message>
    <message>
        <source>Newest data {age} ago</source>
        <translation>最新データ {age}前</translation>
    </message>
    <message>
        <source>Queues: {list}</source>
        <translation>送信待ち: {list}</translation>
    </message>
    <message>
        <source>{name} never heard</source>
        <translation>{name} 未受信</translation>
    </message>
    <message>
        <source>{name} {n} (silent)</source>
        <translation>{name} {n} (応答なし)</translation>
    </message>
</context>
<context>
    <name>TrendPanel</name>
    <message>
        <source>10 min</source>
        <translation>10分</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1時間</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24時間</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7日</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30日</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1年</translation>
    </message>
    <message>
        <source>Show the last {span}</source>
        <translation>直近{span}を表示</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>Trend plot; the arrow keys move the cursor</source>
        <translation>トレンドのグラフ。矢印キーでカーソルを動かします</translation>
    </message>
    <message>
        <source>No values in this span</source>
        <translation>この期間の値はありません</translation>
    </message>
    <message>
        <source>Choose a device to see its trend.</source>
        <translation>機器を選ぶと、推移を表示します。</translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>すべて外す</translation>
    </message>
    <message>
        <source>Filter by device or quantity</source>
        <translation>機器名・項目名で絞り込み</translation>
    </message>
    <message>
        <source>Filter the series</source>
        <translation>系列を絞り込む</translation>
    </message>
    <message>
        <source>Series to plot; Space ticks one</source>
        <translation>グラフに表示する系列。スペースキーで選びます</translation>
    </message>
    <message>
        <source>{n} of at most {most} shown</source>
        <translation>表示中 {n}/最大{most}</translation>
    </message>
</context>
<context>
    <name>ValuesPage</name>
    <message>
        <source>Filter by device, quantity, gateway, quality</source>
        <translation>機器・項目・ゲートウェイ・品質で絞り込み</translation>
    </message>
    <message>
        <source>Filter the values</source>
        <translation>計測値を絞り込む</translation>
    </message>
    <message>
        <source>Abnormal only</source>
        <translation>異常のみ</translation>
    </message>
    <message>
        <source>Live values of all devices</source>
        <translation>全機器の現在値</translation>
    </message>
    <message>
        <source>{shown} of {all} values</source>
        <translation>{all}件中 {shown}件</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Fetching the area from the hub</source>
        <translation>ハブからエリア情報を取得しています</translation>
    </message>
</context>
<context>
    <name>WideTrendPanel</name>
    <message>
        <source>Compare with nothing</source>
        <translation>比較なし</translation>
    </message>
    <message>
        <source>Compare with the day before</source>
        <translation>前日と比較</translation>
    </message>
    <message>
        <source>Compare with the week before</source>
        <translation>前週と比較</translation>
    </message>
    <message>
        <source>Compare with the forecast</source>
        <translation>予測と比較</translation>
    </message>
    <message>
        <source>What the lines are compared with</source>
        <translation>線の比較対象</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>追従</translation>
    </message>
    <message>
        <source>Show the time up to now again (Home)</source>
        <translation>現在までの表示に戻る(Home)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Statistics of what is visible</source>
        <translation>表示範囲の統計</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Values as CSV</source>
        <translation>値をCSVで保存</translation>
    </message>
    <message>
        <source>Values and statistics as XLSX</source>
        <translation>値と統計をXLSXで保存</translation>
    </message>
    <message>
        <source>Picture as PNG</source>
        <translation>画像をPNGで保存</translation>
    </message>
</context>
<context>
    <name>_Banner</name>
    <message>
        <source>Close this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
</TS>
